/* Who asks, for what, and in which workspace. What was asked is in the address, and goes to the server as it came. */
import {call} from "./api.js";
import {$, make, tellFault} from "./dom.js";
import {onSubmit} from "./form.js";
import {signedIn} from "./frame.js";
import {meaningOf} from "./scopes.js";

const asked = Object.fromEntries(new URLSearchParams(location.search));

function show(consent) {
	$("#app").textContent = consent.app_name;
	$("#owner").textContent = consent.app_owner ?? "somebody who has left";
	$("#leads-to").textContent = new URL(consent.redirect_uri).host || consent.redirect_uri;
	$("#scopes").replaceChildren(...consent.scopes.map((scope) => make("li", {}, meaningOf(scope))));
	$("#workspace_id").replaceChildren(...me.workspaces.map(({id, name}) => make("option", {value: id}, name)));
	$("#form").hidden = false;
}

async function decide(decision) {
	const workspace_id = $("#workspace_id").value;
	const reply = await call("POST", `oauth/consent?workspace_id=${workspace_id}`, {...asked, decision});

	if (reply.success)
		location.replace(reply.data.redirect_to);
	return reply;
}

onSubmit($("#form"), (values, submitter) => decide(submitter.value));
const me = await signedIn();
const reply = await call("GET", `oauth/consent${location.search}`);
if (reply.success) {
	show(reply.data);
} else {
	$("h1").textContent = "This cannot be allowed";
	tellFault(reply.message);
}
