/* Questions that must be answered before anything goes on. */
import {make} from "./dom.js";
import {onSubmit} from "./form.js";

/* Shows a dialog; true once `act` has succeeded, false when it was left. */
function show(title, text, fields, action, act) {
	const leave = make("button", {type: "button"}, "Cancel");
	const actions = make("div", {class: "actions"}, make("button", {class: "primary"}, action), leave);
	const form = make("form", {}, ...fields, actions);
	const dialog = make("dialog", {"aria-labelledby": "dialog-title"}, make("h2", {id: "dialog-title"}, title),
		make("p", {}, text), form);

	return new Promise((resolve) => {
		onSubmit(form, async (values) => {
			const reply = await act(values);
			if (reply.success)
				dialog.close("done");
			return reply;
		});
		leave.addEventListener("click", () => dialog.close());
		dialog.addEventListener("close", () => {
			dialog.remove();
			resolve(dialog.returnValue === "done");
		});
		document.body.append(dialog);
		dialog.showModal();
	});
}

/* `email`: for what keeps passwords. */
export function askPassword(email, send) {
	const user = make("input", {type: "email", class: "unseen", autocomplete: "username", value: email, readonly: "",
		tabindex: -1, "aria-hidden": "true"});
	const field = make("input", {id: "dialog-password", name: "password", type: "password", maxlength: 200,
		autocomplete: "current-password", required: "", autofocus: ""});

	return show("Your password, please", "You gave it some time ago. What you are about to do needs it again.",
		[user, make("label", {for: field.id}, "Password"), field], "Go on", ({password}) => send(password));
}

/* Before what cannot be undone. */
export function askWhether(title, text, action) {
	return show(title, text, [], action, () => ({success: true}));
}
