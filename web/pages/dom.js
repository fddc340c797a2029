/* Elements of the page, and what a browser keeps. */
export const $ = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/* An element with attributes and children: strings become text, never markup. */
export function make(name, attributes = {}, ...children) {
	const node = document.createElement(name);
	for (const [key, value] of Object.entries(attributes))
		node.setAttribute(key, value);
	node.append(...children);
	return node;
}

/* What a browser keeps, if it is allowed to. */
export function remember(storage, key, value) {
	try {
		return value === undefined ? window[storage].getItem(key) : window[storage].setItem(key, value);
	} catch {
		return null;
	}
}

/* Text that is chosen, in its own time zone and language; or `otherwise`, where there is none. */
export function moment(instant, otherwise) {
	if (!instant)
		return otherwise;
	const shown = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "short"}).format(new Date(instant));
	return make("time", {datetime: instant}, shown);
}

/* A line with a term and what is said of it. */
export function fact(term, ...said) {
	return make("div", {}, make("dt", {}, term), make("dd", {}, ...said));
}

/* What shall be copied elsewhere, in one piece. */
export function copyable(label, text) {
	const shown = make("code", {}, text);
	const button = make("button", {type: "button"}, "Copy");

	button.append(make("span", {class: "unseen"}, ` ${label}`));
	button.addEventListener("click", async () => {
		try {
			await navigator.clipboard.writeText(text);
			button.firstChild.textContent = "Copied";
		} catch { /* an address that the browser does not trust: then at least it is marked */
			getSelection().selectAllChildren(shown);
			button.firstChild.textContent = "Marked";
		}
	});
	return make("div", {class: "copyable"}, shown, button);
}

/* Says it aloud, too. */
export function tell(text, role = "status") {
	$("#told").role = role;
	$("#told").textContent = text;
}

/* What is wrong: at once, and in the colours of it. */
export function tellFault(text) {
	tell(text, "alert");
}
