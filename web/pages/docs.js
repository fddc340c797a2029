/* What the page does beside being read: search, copying, trying out. It stands without it. */
import "./frame.js";
import {csrf, root, seemsSignedIn} from "./api.js";
import {$, all, make, remember} from "./dom.js";

/* --- the look --- */

function chooseLanguage(language) {
	for (const button of all("button[data-language]"))
		button.setAttribute("aria-pressed", button.dataset.language === language);
	for (const sample of all(".sample"))
		sample.classList.toggle("chosen", sample.dataset.language === language);
}

/* At the same place on the screen, though examples above it have become longer or shorter. */
function chooseLanguageAt(button) {
	const before = button.getBoundingClientRect().top;
	chooseLanguage(button.dataset.language);
	remember("localStorage", "stint-language", button.dataset.language);
	scrollBy(0, button.getBoundingClientRect().top - before);
}

/* Examples stay on the screen while the text beside them is read: from their top, or from their end where they are
 * longer than the screen. */
function keepInSight() {
	const observer = new ResizeObserver((changes) => {
		for (const {target} of changes)
			target.style.top = `${Math.min(68, innerHeight - target.offsetHeight - 24)}px`;
	});
	for (const examples of all(".examples"))
		observer.observe(examples);
}

/* --- copying --- */

async function copy(button) {
	const shown = $(".sample.chosen pre", button.closest(".examples"));
	try {
		await navigator.clipboard.writeText(shown.textContent);
		button.textContent = "Copied";
	} catch { /* an address that the browser does not trust: then at least it is marked */
		getSelection().selectAllChildren(shown);
		button.textContent = document.execCommand("copy") ? "Copied" : "Marked";
	}
	setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

/* --- search --- */

let entries;

/* What can be found: by what is in its title, and then by what is said of it and the fields that it has. */
function searchable() {
	entries ??= all("#contents > ul a").map((link) => {
		const place = document.getElementById(link.hash.slice(1));
		const said = all(".said > p, .said > dl .name, .said > dl .values, .chapter > *", place.parentNode)
			.filter((each) => each.closest(".operation, .chapter") === place);
		return {
			link,
			title: `${link.textContent} ${place.id} ${place.dataset.path ?? ""}`.toLowerCase(),
			text: said.map((each) => each.textContent).join(" ").toLowerCase(),
		};
	});
	return entries;
}

/* What has all words, and first what has most of them in its title. */
function search(text) {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	const score = (entry) => words.filter((word) => entry.title.includes(word)).length;
	const hits = !words.length ? [] : searchable()
		.filter((entry) => words.every((word) => entry.title.includes(word) || entry.text.includes(word)))
		.sort((one, other) => score(other) - score(one));

	$("#contents").classList.toggle("searching", words.length > 0);
	$("#found").textContent = !words.length ? "" : hits.length ? `${hits.length} found` : "Nothing found";
	$("#hits").replaceChildren(...hits.map((entry) => {
		const link = entry.link.cloneNode(true);
		link.removeAttribute("aria-current");
		return make("li", {}, link);
	}));
}

function moveInHits(event) {
	const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
	const stops = [$("#search"), ...all("#hits a")];
	const at = stops.indexOf(document.activeElement);

	if (event.key === "Enter" && at === 0 && stops[1])
		stops[1].click();
	if (!step || at < 0)
		return;
	event.preventDefault();
	stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
}

function openMenu(isOpen) {
	$("#contents").classList.toggle("open", isOpen);
	$("#menu").setAttribute("aria-expanded", isOpen);
}

function keyPressed(event) {
	const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);

	if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
		event.preventDefault();
		openMenu(true);
		$("#search").focus();
	}
	if (event.key === "Escape" && $("#contents").contains(document.activeElement)) {
		$("#search").value = "";
		search("");
		openMenu(false);
	}
}

/* The entry of what is being read. */
function followReading() {
	const seen = new Set();
	const links = new Map(all("#contents > ul a").map((link) => [link.hash.slice(1), link]));
	const observer = new IntersectionObserver((changes) => {
		for (const {target, isIntersecting} of changes)
			isIntersecting ? seen.add(target) : seen.delete(target);
		const first = all(".operation, .chapter").find((place) => seen.has(place));
		if (!first || links.get(first.id).hasAttribute("aria-current"))
			return;
		for (const link of links.values())
			link.removeAttribute("aria-current");
		links.get(first.id).setAttribute("aria-current", "true");
		if (!$("#contents").contains(document.activeElement))
			links.get(first.id).scrollIntoView({block: "nearest"});
	}, {rootMargin: "-80px 0px -60% 0px"});
	for (const place of all(".operation, .chapter"))
		observer.observe(place);
}

/* --- trying out --- */

function inputOf(field) {
	const values = all(":scope > dd > .values code", field).map((value) => value.textContent);
	const id = `trial-${field.closest(".operation").id}-${field.dataset.name}`;
	const input = values.length ? make("select", {id}, ...["", ...values].map((value) => make("option", {}, value)))
		: make("input", {id, autocomplete: "off", spellcheck: "false"});
	input.value = "today" in field.dataset ? new Date().toISOString().slice(0, 10) : field.dataset.value ?? "";
	input.field = field.dataset;
	return [make("label", {for: id}, field.dataset.name, " ", make("span", {}, field.dataset.in)), input];
}

function trialOf(operation) {
	const id = `trial-${operation.id}`;
	const template = $("template", operation);
	const form = make("form", {class: "trial", "aria-label": `Try ${$("h3", operation).firstChild.textContent.trim()}`});

	if (operation.dataset.caller === "token") {
		const token = make("input", {id: `${id}-token`, name: "token", autocomplete: "off", spellcheck: "false"});
		const hint = "kept until this tab is closed; without one, you are who is signed in";
		token.value = remember("sessionStorage", "stint-token") ?? (seemsSignedIn() ? "" : "demo-owner");
		form.append(make("label", {for: token.id}, "Token ", make("span", {}, hint)), token);
	}
	if (operation.dataset.caller === "session" && !seemsSignedIn()) {
		const next = encodeURIComponent(`docs#${operation.id}`);
		form.append(make("p", {}, make("a", {href: new URL(`sign-in?next=${next}`, root)}, "Sign in"), " first."));
	}
	form.append(...all("[data-in]", operation).flatMap(inputOf));
	if (template) {
		const body = make("textarea", {id: `${id}-body`, name: "body", spellcheck: "false"});
		body.value = template.content.textContent;
		body.rows = Math.min(body.value.split("\n").length + 1, 20);
		form.append(make("label", {for: body.id}, "Body ", make("span", {}, "JSON")), body);
	}
	form.append(make("button", {class: "primary"}, "Send"), make("div", {class: "result", role: "status"}));
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		send(form, operation);
	});
	return form;
}

async function requestOf(form, operation) {
	const headers = {};
	const query = new URLSearchParams();
	let path = operation.dataset.path;

	for (const {field, value} of all("input, select", form).filter((input) => input.field)) {
		if (field.in === "path")
			path = path.replace(`{${field.name}}`, encodeURIComponent(value));
		else if (value && field.in === "query")
			query.append(field.name, value);
		else if (value)
			headers[field.name] = value;
	}
	if (form.elements.token)
		remember("sessionStorage", "stint-token", form.elements.token.value);
	if (form.elements.token?.value)
		headers.Authorization = `Bearer ${form.elements.token.value}`;
	else if (operation.dataset.caller && seemsSignedIn() && operation.dataset.method !== "GET")
		headers["X-CSRF-Token"] = await csrf();
	const body = form.elements.body?.value || undefined;
	if (body)
		headers["Content-Type"] = "application/json";
	const address = new URL(path.slice(1) + (query.size ? `?${query}` : ""), root);
	return [address, {method: operation.dataset.method, headers, body}];
}

function pretty(text) {
	try {
		return JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		return text;
	}
}

async function send(form, operation) {
	const result = $(".result", form);
	const begin = performance.now();

	result.replaceChildren("Sending…");
	try {
		const response = await fetch(...await requestOf(form, operation));
		const text = await response.text();
		const took = Math.round(performance.now() - begin);
		const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
		result.replaceChildren(
			make("p", {class: response.ok ? "caption" : "caption failed"},
				`${response.status} ${response.statusText} · ${took} ms`),
			make("pre", {}, pretty(text)), make("details", {}, make("summary", {}, "Headers"), make("pre", {}, headers)));
	} catch (error) {
		result.replaceChildren(make("p", {class: "caption failed"}, `Nothing was sent or answered: ${error.message}`));
	}
}

function tryOut(button) {
	const operation = button.closest(".operation");
	const open = $(".trial", operation);

	button.textContent = open ? "Try it" : "Close";
	button.setAttribute("aria-expanded", !open);
	if (open)
		return open.remove();
	const form = trialOf(operation);
	button.after(form);
	$("input, select, textarea, button", form).focus();
}

/* --- begin --- */

function begin() {
	for (const base of all(".base"))
		base.textContent = root.href.replace(/\/$/, "");
	chooseLanguage(remember("localStorage", "stint-language") ?? "curl");
	followReading();
	keepInSight();

	document.addEventListener("keydown", keyPressed);
	$("#contents").addEventListener("keydown", moveInHits);
	$("#contents").addEventListener("click", (event) => event.target.closest("a") && openMenu(false));
	$("#search").addEventListener("input", (event) => search(event.target.value));
	$("#menu").addEventListener("click", () => openMenu(!$("#contents").classList.contains("open")));
	$("#content").addEventListener("click", (event) => {
		const button = event.target.closest("button");
		if (button?.matches(".bar [data-language]"))
			chooseLanguageAt(button);
		else if (button?.matches(".copy"))
			copy(button);
		else if (button?.matches(".try"))
			tryOut(button);
	});
}

begin();
