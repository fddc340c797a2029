/* Where the link of a reset leads. */
import "./frame.js";
import {call, root, secretOfAddress} from "./api.js";
import {$, tell, tellFault} from "./dom.js";
import {onSubmit} from "./form.js";

const address = `password-resets/${secretOfAddress()}`;

function show(reply) {
	$("#form").hidden = !reply.success;
	$("#another").hidden = reply.success;
	reply.success ? tell("") : tellFault(reply.message);
	$("#email").value = reply.data?.email ?? "";
}

onSubmit($("#form"), async ({password}) => {
	const reply = await call("POST", address, {password});

	if (reply.success)
		location.replace(new URL(reply.data.state === "second_factor" ? "sign-in" : "settings/security", root));
	return reply;
});
show(await call("GET", address));
