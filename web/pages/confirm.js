/* Where the link that confirms an address leads: for whoever is signed in to the account. What fetches links by itself
 * must confirm nothing, so it is a button. */
import {call, secretOfAddress} from "./api.js";
import {$, tell, tellFault} from "./dom.js";
import {onSubmit} from "./form.js";
import {signedIn} from "./frame.js";

function leaveForm(onwards) {
	$("#form").hidden = true;
	$(onwards).hidden = false;
	$("h1").focus();
}

function showConfirmed(text) {
	tell(text);
	leaveForm("#onwards");
}

/* Most links that are dead have done already what they were for. */
async function showDead(message) {
	const {data} = await call("GET", "me");

	if (data?.confirmed)
		return showConfirmed(`${data.email} is confirmed already.`);
	tellFault(message);
	leaveForm("#another");
}

onSubmit($("#form"), async () => {
	const reply = await call("POST", `confirmations/${secretOfAddress()}`);

	if (reply.success)
		showConfirmed("Your address is confirmed.");
	else if (reply.error === "confirmation_invalid")
		await showDead(reply.message);
	return reply;
});

const me = await signedIn();
tell(`This says that mail to ${me.email} reaches you.`);
