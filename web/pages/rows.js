/* Lists of what an account has, each with what can be done to it. */
import {call} from "./api.js";
import {$, make, tell, tellFault} from "./dom.js";

/* `whose` is read aloud: there are many such buttons. */
export function button(text, whose, act) {
	const node = make("button", {type: "button"}, text, make("span", {class: "unseen"}, whose && ` ${whose}`));
	node.addEventListener("click", act);
	return node;
}

export function row(title, facts, ...actions) {
	return make("li", {}, make("div", {}, make("h3", {}, ...[title].flat()), make("dl", {class: "facts"}, ...facts)),
		make("div", {class: "actions"}, ...actions));
}

/* The list as it is now: after `after`, the reply to what was done, if anything was. */
export async function showRows(list, path, rowOf, otherwise, after, told) {
	if (after && !after.success)
		return tellFault(after.message);
	const reply = await call("GET", path);

	if (!reply.success)
		return tellFault(reply.message);
	list.replaceChildren(...reply.data.map(rowOf));
	if (!reply.data.length)
		list.append(make("li", {class: "empty"}, otherwise));
	if (told) {
		tell(told);
		$("h1").focus();
	}
}

/* What is shown once gets the focus, so that nobody misses it. */
export function showSecret(place, text, ...parts) {
	place.replaceChildren(make("p", {}, text), ...parts);
	place.hidden = false;
	place.focus();
}
