/* Personal tokens, apps, and who has access. */
import {call, root} from "./api.js";
import {askWhether} from "./dialog.js";
import {$, all, copyable, fact, make, moment, tellFault} from "./dom.js";
import {onSubmit} from "./form.js";
import {signedIn} from "./frame.js";
import {button, row, showRows, showSecret} from "./rows.js";

const me = await signedIn();
const nameOfWorkspace = (id) => me.workspaces.find((each) => each.id === id)?.name ?? "which you have left";
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

/* --- who has access --- */

function grantRow(grant) {
	return row(grant.app_name, [
		fact("Workspace", nameOfWorkspace(grant.workspace_id)), fact("Scopes", grant.scopes.join(", ")),
		fact("Since", moment(grant.created_at)), fact("Last got tokens", moment(grant.used_at, "never")),
	], button("Take back", `the access of ${grant.app_name}`, async () => {
		if (!await askWhether(`Take back the access of ${grant.app_name}?`, "It is refused from now on.", "Take back"))
			return;
		await showGrants(await call("DELETE", `me/grants/${grant.id}`), `${grant.app_name} has no access any more.`);
	}));
}

async function showGrants(after, told) {
	await showRows($("#grants"), "me/grants?per_page=100", grantRow, "Nobody.", after, told);
}

/* --- apps --- */

const WAYS = {authorization_code: "by consent", client_credentials: "for itself"};

function appSecret(app) {
	const id = copyable("the client id", app.client_id);
	return app.client_secret ? [id, make("p", {}, "Its secret, which is shown this time only:"),
		copyable("the secret", app.client_secret)] : [id];
}

async function anotherSecret(app) {
	if (!await askWhether(`Another secret for ${app.name}?`, "The one that it has is refused from now on.", "Make it"))
		return;
	const reply = await call("POST", `apps/${app.id}/secret`);
	if (reply.success)
		showSecret($("#new-app"), `The client id of ${app.name}:`, ...appSecret({...app, ...reply.data}));
	else
		tellFault(reply.message);
}

async function removeApp(app) {
	if (!await askWhether(`Remove ${app.name}?`, "Nobody can use it any more, and its tokens end.", "Remove"))
		return;
	const reply = await call("DELETE", `apps/${app.id}`);
	if (reply.success && app.id === changed?.id)
		showAppForm(null);
	await showApps(reply, `${app.name} is removed.`);
}

function appRow(app) {
	const change = button("Change", app.name, () => changeApp(app, change));
	const actions = [change, button("Remove", app.name, () => removeApp(app))];

	if (!app.is_public)
		actions.splice(1, 0, button("New secret", `for ${app.name}`, () => anotherSecret(app)));
	return row(app.name, [
		fact("Client id", make("code", {}, app.client_id)),
		fact("Tokens", app.grant_types.map((way) => WAYS[way]).join(", ")),
		fact("Kind", app.is_public ? "without a secret" : "with a secret"),
		fact("Leads back to", app.redirect_uris.join(", ") || "nowhere"),
	], ...actions);
}

async function showApps(after, told) {
	await showRows($("#apps"), "apps?per_page=100", appRow, "You have registered none.", after, told);
}

/* --- the form that registers an app, or changes one --- */

const appForm = $("#app-form");
let changed = null; /* the app that is; null where another is registered */

function showAppForm(app) {
	changed = app;
	appForm.reset();
	$("h3", appForm).textContent = app ? `Change ${app.name}` : "Register an app";
	$(".primary", appForm).textContent = app ? "Change the app" : "Register the app";
	$("#app-for-good").hidden = Boolean(app);
	$("#leave-app").hidden = !app;
}

/* `opener`: the button that gets the focus back. */
function changeApp(app, opener) {
	const {name, redirect_uris} = appForm.elements;

	showAppForm(app);
	name.value = app.name;
	redirect_uris.value = app.redirect_uris.join("\n");
	for (const box of all("[name=grant_types]", appForm))
		box.checked = app.grant_types.includes(box.value);
	$("#leave-app").onclick = () => {
		showAppForm(null);
		opener.focus();
	};
	name.focus();
}

onSubmit(appForm, async ({name, redirect_uris, workspace_id, is_public}) => {
	const app = {name, redirect_uris: redirect_uris.split(/\s+/).filter(Boolean), grant_types: values(appForm, "grant_types")};
	const isNew = !changed;
	const reply = isNew ? await call("POST", `apps?workspace_id=${workspace_id}`, {...app, is_public: Boolean(is_public)})
		: await call("PUT", `apps/${changed.id}`, app);

	if (reply.success) {
		showAppForm(null);
		if (isNew)
			showSecret($("#new-app"), `${name} is registered. Its client id:`, ...appSecret(reply.data));
		await showApps(reply, isNew ? "" : `${name} is changed.`);
	}
	return reply;
});

showAppForm(null);
$("#app-workspace").replaceChildren(...me.workspaces.map(({id, name}) => make("option", {value: id}, name)));
$("#base").textContent = new URL("api/v2", root);
await Promise.all([showTokens(), showGrants(), showApps()]);
