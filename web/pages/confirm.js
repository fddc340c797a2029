/* Where the link that confirms an address leads: for whoever is signed in to the account. What fetches links by itself
 * must confirm nothing, so it is a button. */
import {call, secretOfAddress} from "./api.js";
import {$, tell} from "./dom.js";
import {onSubmit} from "./form.js";
import {signedIn} from "./frame.js";

onSubmit($("#form"), async () => {
	const reply = await call("POST", `confirmations/${secretOfAddress()}`);

	if (reply.success) {
		$("#form").hidden = true;
		tell("Your address is confirmed.");
		$("#onwards").hidden = false;
	}
	return reply;
});

const me = await signedIn();
tell(`This says that mail to ${me.email} reaches you.`);
