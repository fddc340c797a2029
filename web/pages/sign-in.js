/* By password. */
import "./frame.js";
import {call, ownAddress, root} from "./api.js";
import {$} from "./dom.js";
import {onSubmit} from "./form.js";

function goOn() {
	const next = new URLSearchParams(location.search).get("next");
	location.assign((next && ownAddress(next)) ?? new URL("settings/api", root));
}

/* Accounts that are not confirmed yet may share an address: then the workspace says which is meant. */
function askWorkspace(reply) {
	if (reply.error === "workspace_required")
		$("#of-workspace").hidden = false;
	return reply;
}

onSubmit($("#by-password"), async ({email, password, workspace_id}) => {
	const workspace = $("#of-workspace").hidden ? {} : {workspace_id: Number(workspace_id)};
	const reply = await call("POST", "session", {email, password, ...workspace});

	if (reply.success)
		goOn();
	return askWorkspace(reply);
});
