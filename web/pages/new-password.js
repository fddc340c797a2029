/* Where the link of a reset leads. */
import "./frame.js";
import {call, root, secretOfAddress} from "./api.js";
import {$, tell, tellFault} from "./dom.js";
import {onSubmit} from "./form.js";

const address = `password-resets/${secretOfAddress()}`;

const isDead = (reply) => reply.error === "reset_invalid";

function show(reply) {
	$("#form").hidden = !reply.success;
	$("#another").hidden = !isDead(reply);
	reply.success ? tell("") : tellFault(reply.message);
	$("#email").value = reply.data?.email ?? "";
}

onSubmit($("#form"), async ({password}) => {
	const reply = await call("POST", address, {password});

	if (reply.success)
		location.replace(new URL(reply.data.state === "second_factor" ? "sign-in" : "settings/security", root));
	else if (isDead(reply)) { /* it was used, or has expired, while this page was open */
		show(reply);
		$("h1").focus();
	}
	return reply;
});
show(await call("GET", address));
