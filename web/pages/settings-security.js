/* Address, password, second factor, sessions. */
import {nameOfAgent} from "./agent.js";
import {call} from "./api.js";
import {askWhether} from "./dialog.js";
import {$, all, copyable, fact, make, moment, tell, tellFault} from "./dom.js";
import {onSubmit} from "./form.js";
import {signedIn} from "./frame.js";
import {createPasskey, passkeysWork} from "./passkey.js";
import {button, row, showRows, showSecret} from "./rows.js";

/* --- address and password --- */

function showAddress(me) {
	$("#address").textContent = $("#username").value = me.email;
	$("#is-confirmed").textContent = me.confirmed ? "confirmed." : "not confirmed yet.";
	$("#confirm-address").hidden = me.confirmed;
}

$("#confirm-address").addEventListener("click", async () => {
	const reply = await call("POST", "me/confirmation");
	reply.success ? tell(`A link is on its way to ${$("#address").textContent}.`) : tellFault(reply.message);
});

onSubmit($("#change-password"), async ({current_password, new_password}) => {
	const reply = await call("PUT", "me/password", {current_password, new_password});

	if (reply.success) {
		$("#change-password").reset();
		await showSessions(reply, "Your password is changed. You are signed out everywhere else.");
	}
	return reply;
});

/* --- second factor --- */

const SVG = "http://www.w3.org/2000/svg";

/* `rows`: texts of "0" and "1". Dark on light in both themes, with the margin that readers need. */
function qrCode(rows) {
	const size = rows.length + 8;
	const picture = document.createElementNS(SVG, "svg");
	const ground = document.createElementNS(SVG, "rect");
	const dots = document.createElementNS(SVG, "path");

	picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
	picture.setAttribute("role", "img");
	picture.setAttribute("aria-label", "QR code of the key");
	picture.setAttribute("shape-rendering", "crispEdges");
	ground.setAttribute("width", size);
	ground.setAttribute("height", size);
	ground.setAttribute("fill", "#fff");
	dots.setAttribute("d", rows.flatMap((row, y) => [...row].map((dot, x) => dot === "1" ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))
		.join(""));
	picture.append(ground, dots);
	return picture;
}

function showCodes(codes) {
	showSecret($("#backup-codes"), "Backup codes, for when you have no authenticator at hand: each works once. " +
		"This is the only time that they are shown:", copyable("the codes", codes.join("\n")));
}

async function begin() {
	const reply = await call("POST", "me/second-factor");

	if (!reply.success)
		return tellFault(reply.message);
	$("#qr-code").replaceChildren(qrCode(reply.data.qr));
	$("#factor-secret").replaceChildren(copyable("the key", reply.data.secret));
	$("#confirm-factor").hidden = false;
	$("#code").focus();
}

async function switchOff() {
	if (!await askWhether("Switch the second factor off?", "Your password alone lets you in then.", "Switch off"))
		return;
	const reply = await call("DELETE", "me/second-factor");
	if (reply.success)
		$("#backup-codes").hidden = true;
	await showFactor(reply, "The second factor is switched off.");
}

async function newCodes() {
	const reply = await call("POST", "me/second-factor/backup-codes");
	reply.success ? showCodes(reply.data.backup_codes) : tellFault(reply.message);
	await showFactor();
}

/* A key is shown once (0052): whoever left the page before they had confirmed it gets another. */
function stateOfFactor({enabled, begun_at, backup_codes_left}) {
	if (enabled)
		return [`On: signing in takes a code of your authenticator, too. ${backup_codes_left} backup codes are left.`];
	return ["Off: your password alone lets you in.", ...(begun_at ? [" Switching it on was begun ", moment(begun_at),
		" and not finished: begin anew, and remove the old key from your authenticator."] : [])];
}

async function showFactor(after, told) {
	const reply = after && !after.success ? after : await call("GET", "me/second-factor");

	if (!reply.success)
		return tellFault(reply.message);
	$("#factor-state").replaceChildren(...stateOfFactor(reply.data));
	$("#factor-actions").replaceChildren(...reply.data.enabled
		? [button("New backup codes", "", newCodes), button("Switch off", "the second factor", switchOff)]
		: [button(reply.data.begun_at ? "Begin anew" : "Switch on", "a second factor", begin)]);
	if (told)
		tell(told);
}

onSubmit($("#confirm-factor"), async ({code}) => {
	const reply = await call("POST", "me/second-factor/confirm", {code: code.replaceAll(" ", "")});

	if (reply.success) {
		$("#confirm-factor").hidden = true;
		$("#confirm-factor").reset();
		await showFactor();
		showCodes(reply.data.backup_codes);
	}
	return reply;
});

/* --- passkeys --- */

function passkeyRow(passkey) {
	return row(passkey.name, [
		fact("Made", moment(passkey.created_at)), fact("Last used", moment(passkey.last_used_at, "never")),
	], button("Remove", passkey.name, async () => {
		if (await askWhether(`Remove ${passkey.name}?`, "Nobody signs in with it from now on.", "Remove"))
			await showPasskeys(await call("DELETE", `me/passkeys/${passkey.id}`), `${passkey.name} is removed.`);
	}));
}

async function showPasskeys(after, told) {
	await showRows($("#passkeys"), "me/passkeys", passkeyRow, "You have none.", after, told);
}

onSubmit($("#make-passkey"), async ({name}) => {
	const reply = await createPasskey(name);

	if (reply.success) {
		$("#make-passkey").reset();
		await showPasskeys(reply, `${name} lets you in from now on.`);
	}
	return reply;
});

/* --- sessions --- */

function sessionRow(session) {
	const name = nameOfAgent(session.user_agent ?? "");
	const title = session.current ? [name, " ", make("span", {class: "mark"}, "this one")] : name;
	const end = button("Sign out", name, async () => {
		await showSessions(await call("DELETE", `me/sessions/${session.id}`), "It is signed out.");
	});

	return row(title, [
		fact("From", session.address), fact("Since", moment(session.created_at)),
		fact("Last used", moment(session.last_used_at ?? session.created_at)),
	], ...(session.current ? [] : [end]));
}

async function showSessions(after, told) {
	await showRows($("#sessions"), "me/sessions", sessionRow, "", after, told);
	$("#end-others").hidden = all("#sessions li").length < 2;
}

$("#end-others").addEventListener("click", async () => {
	await showSessions(await call("DELETE", "me/sessions"), "You are signed out everywhere else.");
});

showAddress(await signedIn());
$("#with-passkeys").hidden = !passkeysWork;
await Promise.all([showFactor(), showSessions(), ...(passkeysWork ? [showPasskeys()] : [])]);
