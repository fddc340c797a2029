/* Where an invitation's link leads: says what it is an invitation to, and accepts it with a password. How long that must
 * be is for the server to say: an account that is there already may have a shorter one. */
import "./frame.js";
import {call, noteSession, secretOfAddress, seemsSignedIn} from "./api.js";
import {$, tell, tellFault} from "./dom.js";
import {onSubmit} from "./form.js";

const address = `accept-invitation/${secretOfAddress()}`;

/* Whoever is signed in to the account that is invited needs no password. */
async function isSignedInAs(email) {
	return seemsSignedIn() && (await call("GET", "me")).data?.email === email;
}

function showFailure(reply) {
	$("#another").hidden = reply.error !== "invitation_invalid";
	tellFault(reply.message);
}

async function show(reply) {
	if (!reply.success)
		return showFailure(reply);
	const invitation = reply.data;
	tell(`You are invited to ${invitation.workspace_name}.`);
	$("#email").value = invitation.email;
	$("#password").autocomplete = invitation.has_password ? "current-password" : "new-password";
	$("#hint").textContent = invitation.has_password ? "You have an account here already: give its password."
		: "Choose one of at least 8 characters.";
	$("#repeated").hidden = invitation.has_password;
	$("#by-password").hidden = await isSignedInAs(invitation.email);
	$("#form").hidden = false;
	onSubmit($("#form"), ({password}) => accept(invitation, password));
}

/* Signs in, too; where that takes a second factor, the next page asks for it. */
async function accept(invitation, password) {
	const byPassword = !$("#by-password").hidden;
	const reply = byPassword ? await call("POST", address, {password})
		: await call("POST", `me/invitations/${secretOfAddress()}`);

	if (reply.error === "invitation_invalid") { /* it was used, or has expired, while this page was open */
		$("#form").hidden = true;
		showFailure(reply);
		$("h1").focus();
	}
	if (!reply.success)
		return reply;
	if (byPassword) {
		const session = await call("POST", "session",
			{email: invitation.email, password, workspace_id: reply.data.workspace_id});
		noteSession(session.data?.state === "signed_in");
	}
	$("#form").hidden = true;
	tell(`Welcome. You are a member of ${invitation.workspace_name} now.`);
	$("#onwards").hidden = false;
	$("h1").focus();
	return reply;
}

await show(await call("GET", address));
