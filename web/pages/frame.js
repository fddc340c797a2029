/* What pages have at their top: the theme and, for whoever is signed in, where else to go. */
import {account, call, noteSession, root} from "./api.js";
import {$, all, remember} from "./dom.js";

function chooseTheme(theme) {
	if (theme)
		document.documentElement.dataset.theme = theme;
	else
		delete document.documentElement.dataset.theme;
	remember("localStorage", "stint-theme", theme);
}

/* The account, when there is a session; until then nothing of the page is shown. */
export async function signedIn() {
	const me = await account();

	$("#who").textContent = me.email;
	$("#sign-out").addEventListener("click", async () => {
		await call("DELETE", "session");
		noteSession(false);
		location.assign(new URL("sign-in", root));
	});
	$("main").hidden = false;
	return me;
}

for (const link of all("#top nav a"))
	if (link.pathname === location.pathname)
		link.ariaCurrent = "page";
$("#theme").value = document.documentElement.dataset.theme ?? "";
$("#theme").addEventListener("change", (event) => chooseTheme(event.target.value));
