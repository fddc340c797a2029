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
