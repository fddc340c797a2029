/* How long a password must be is for the server to say: an account that is there already may have a shorter one. */
import {root} from "./api.js";

const address = new URL(`api/v2/accept-invitation/${location.pathname.split("/").at(-1)}`, root);
const at = (id) => document.getElementById(id);
let invitation;

async function ask(options) {
	try {
		return await (await fetch(address, options)).json();
	} catch {
		return {success: false, message: "The server could not be reached. Try again."};
	}
}

/* Says what is wrong, at the field that it is about. */
function complain(text, field) {
	for (const each of [at("password"), at("again")])
		each.setAttribute("aria-invalid", each === field);
	at("wrong").textContent = text;
	field?.focus();
}

function show(reply) {
	if (!reply.success) {
		const advice = reply.error === "invitation_invalid" ? " Whoever invited you can send you a new link." : "";
		at("about").textContent = reply.message + advice;
		return;
	}
	invitation = reply.data;
	at("about").textContent = `You are invited to ${invitation.workspace_name}.`;
	at("email").value = invitation.email;
	at("password").autocomplete = invitation.has_password ? "current-password" : "new-password";
	at("hint").textContent = invitation.has_password ? "You have an account here already: give its password."
		: "Choose one of at least 8 characters.";
	at("repeated").hidden = invitation.has_password;
	at("form").hidden = false;
}

function welcome() {
	at("form").hidden = true;
	at("about").textContent = `Welcome. You are a member of ${invitation.workspace_name} now.`;
	at("docs").href = new URL("docs", root);
	at("onwards").hidden = false;
	document.querySelector("h1").focus();
}

async function accept() {
	const password = at("password").value;

	if (!password)
		return complain("The password is missing.", at("password"));
	if (!invitation.has_password && password !== at("again").value)
		return complain("The two passwords differ.", at("again"));
	complain("");
	at("send").disabled = true;
	const reply = await ask({
		method: "POST",
		headers: {"Content-Type": "application/json"},
		body: JSON.stringify({password}),
	});
	at("send").disabled = false;
	if (reply.success)
		return welcome();
	/* The first complaint about a field says more than the message. */
	complain(Object.values(reply.errors ?? {}).flat()[0] ?? reply.message, at("password"));
}

at("form").addEventListener("submit", (event) => {
	event.preventDefault();
	accept();
});
show(await ask());
