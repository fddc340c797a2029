/* Forms: what is wrong stands at its field, is announced, and gets the focus. */
import {$, all, make} from "./dom.js";

function forget(form) {
	for (const field of all("[aria-invalid]", form)) {
		field.removeAttribute("aria-invalid");
		field.setAttribute("aria-describedby", field.dataset.described ?? "");
	}
	for (const each of all(".fault", form))
		each.remove();
	$(".wrong", form).textContent = "";
}

function blame(field, text) {
	const id = `${field.id}-fault`;

	field.dataset.described ??= field.getAttribute("aria-describedby") ?? "";
	field.setAttribute("aria-describedby", `${field.dataset.described} ${id}`.trim());
	field.setAttribute("aria-invalid", "true");
	field.after(make("p", {id, class: "fault"}, text));
}

/* `errors`: {name of a field: [texts]}; what is about no field of the form is said with the message. */
export function complain(form, message, errors = {}) {
	const faults = Object.entries(errors).map(([name, texts]) => [form.elements[name], texts[0]]);
	const placed = faults.filter(([field]) => field instanceof HTMLElement);

	forget(form);
	for (const [field, text] of placed)
		blame(field, text);
	if (placed.length < faults.length || !placed.length)
		$(".wrong", form).textContent = faults.find(([field]) => !(field instanceof HTMLElement))?.[1] ?? message;
	placed[0]?.[0].focus();
}

/* The label's own words: hints in it are not part of the name. */
function nameOf(field) {
	return field.labels[0].firstChild.textContent.trim();
}

/* Whether nothing is missing, and what is given twice is the same. */
function complete(form) {
	const fields = [...form.elements].filter((field) => field.name && !field.closest("[hidden]"));
	const errors = {};

	for (const field of fields) {
		if (field.required && !field.value)
			errors[field.name] = [`${nameOf(field)} is missing.`];
		else if (field.dataset.same && field.value !== form.elements[field.dataset.same].value)
			errors[field.name] = ["The two are not the same."];
	}
	if (Object.keys(errors).length)
		complain(form, "", errors);
	return !Object.keys(errors).length;
}

/* `act` gets the values by the fields' names and the button, and gives the server's reply, or nothing. */
export function onSubmit(form, act) {
	form.noValidate = true;
	form.append(make("p", {class: "wrong", role: "alert"}));
	form.addEventListener("reset", () => forget(form));
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (form.ariaBusy === "true" || !complete(form))
			return;
		forget(form);
		form.ariaBusy = "true";
		const reply = await act(Object.fromEntries(new FormData(form)), event.submitter);
		form.ariaBusy = "false";
		if (reply && !reply.success)
			complain(form, reply.message, reply.errors);
	});
}
