/* Address and sessions. */
import {nameOfAgent} from "./agent.js";
import {call} from "./api.js";
import {$, all, fact, make, moment, tell} from "./dom.js";
import {signedIn} from "./frame.js";
import {button, row, showRows} from "./rows.js";

/* --- sessions --- */

function sessionRow(session) {
	const name = nameOfAgent(session.user_agent ?? "");
	const title = session.current ? [name, " ", make("span", {class: "mark"}, "this one")] : name;
	const end = button("Sign out", name, async () => {
		await showSessions(await call("DELETE", `me/sessions/${session.id}`), "It is signed out.");
	});

	return row(title, [
		fact("From", session.address), fact("Since", moment(session.created_at)),
		fact("Last used", moment(session.last_used_at, "now")),
	], ...(session.current ? [] : [end]));
}

async function showSessions(after, told) {
	await showRows($("#sessions"), "me/sessions", sessionRow, "", after, told);
	$("#end-others").hidden = all("#sessions li").length < 2;
}

$("#end-others").addEventListener("click", async () => {
	await showSessions(await call("DELETE", "me/sessions"), "You are signed out everywhere else.");
});

const me = await signedIn();
$("#address").textContent = me.email;
$("#is-confirmed").textContent = me.confirmed ? "confirmed." : "not confirmed yet.";
$("#confirm-address").hidden = me.confirmed;
$("#confirm-address").addEventListener("click", async () => {
	const reply = await call("POST", "me/confirmation");
	tell(reply.success ? `A link is on its way to ${me.email}.` : reply.message);
});
await showSessions();
