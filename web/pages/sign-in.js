/* By password or passkey; and then by the code of a second factor, where the account has one. */
import "./frame.js";
import {call, ownAddress, root} from "./api.js";
import {$} from "./dom.js";
import {onSubmit} from "./form.js";
import {passkeysWork, signInByPasskey} from "./passkey.js";

function goOn() {
	const next = new URLSearchParams(location.search).get("next");
	location.assign((next && ownAddress(next)) ?? new URL("settings/api", root));
}

function askCode() {
	for (const each of [$("#by-password"), $("#by-passkey"), $("#forgotten")])
		each.hidden = true;
	$("h1").textContent = "Second factor";
	$("#by-code").hidden = false;
	$("#code").focus();
}

function entered(reply) {
	if (reply.success)
		reply.data.state === "second_factor" ? askCode() : goOn();
	return reply;
}

/* Accounts that are not confirmed yet may share an address: then the workspace says which is meant. */
function askWorkspace(reply) {
	if (reply.error === "workspace_required")
		$("#of-workspace").hidden = false;
	return reply;
}

onSubmit($("#by-password"), async ({email, password, workspace_id}) => {
	const workspace = $("#of-workspace").hidden ? {} : {workspace_id: Number(workspace_id)};
	return askWorkspace(entered(await call("POST", "session", {email, password, ...workspace})));
});
onSubmit($("#by-passkey"), async () => entered(await signInByPasskey()));
onSubmit($("#by-code"), async ({code}) => {
	const reply = await call("POST", "session/second-factor", {code: code.replaceAll(" ", "")});
	if (reply.success)
		goOn();
	return reply;
});
$("#by-passkey").hidden = !passkeysWork;
