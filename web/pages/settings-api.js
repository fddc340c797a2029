/* Personal tokens. */
import {call, root} from "./api.js";
import {askWhether} from "./dialog.js";
import {$, all, copyable, fact, make, moment, tell} from "./dom.js";
import {onSubmit} from "./form.js";
import {signedIn} from "./frame.js";
import {button, row, showRows, showSecret} from "./rows.js";

await signedIn();
const values = (form, name) => all(`[name=${name}]:checked`, form).map((field) => field.value);

/* --- personal tokens --- */

function expiry(instant) {
	if (!instant)
		return ["never"];
	return [moment(instant), ...(Date.parse(instant) < Date.now() ? [" ", make("span", {class: "mark late"}, "expired")] : [])];
}

function tokenRow(token) {
	return row(token.name, [
		fact("Scopes", token.scopes.join(", ")), fact("Made", moment(token.created_at)),
		fact("Expires", ...expiry(token.expires_at)), fact("Last used", moment(token.last_used_at, "never")),
	], button("Revoke", token.name, async () => {
		if (!await askWhether(`Revoke ${token.name}?`, "What uses it is refused from now on.", "Revoke"))
			return;
		await showTokens(await call("DELETE", `me/tokens/${token.id}`), `${token.name} is revoked.`);
	}));
}

async function showTokens(after, told) {
	await showRows($("#tokens"), "me/tokens", tokenRow, "You have none.", after, told);
}

onSubmit($("#make-token"), async ({name, days}) => {
	const form = $("#make-token");
	const reply = await call("POST", "me/tokens", {name, scopes: values(form, "scopes"), days: Number(days)});

	if (reply.success) {
		form.reset();
		showSecret($("#new-token"), `${name} is made. This is the only time that it is shown:`,
			copyable("the token", reply.data.token));
		await showTokens(reply);
	}
	return reply;
});

$("#base").textContent = new URL("api/v2", root);
await showTokens();
