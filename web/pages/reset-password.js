/* Asks for the link. The answer is the same whether there is such an account or not. */
import "./frame.js";
import {call} from "./api.js";
import {$, tell} from "./dom.js";
import {onSubmit} from "./form.js";

onSubmit($("#form"), async ({email}) => {
	const reply = await call("POST", "password-resets", {email});

	if (reply.success) {
		$("#form").hidden = true;
		tell(`If ${email} has an account here, a link is on its way there. It works once, for an hour.`);
	}
	return reply;
});
