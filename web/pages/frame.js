/* What pages have at their top: the theme and, for whoever is signed in, where else to go. */
import {call, leaveForSignIn, noteSession, root} from "./api.js";
import {$, all, make, remember} from "./dom.js";

function chooseTheme(theme) {
	if (theme)
		document.documentElement.dataset.theme = theme;
	else
		delete document.documentElement.dataset.theme;
	remember("localStorage", "stint-theme", theme);
}

/* The account, when there is a session; until then nothing of the page is shown. Whoever has none signs in first, and
 * comes back. */
export async function signedIn() {
	const reply = await call("GET", "me");

	noteSession(reply.success);
	if (reply.isRefusal)
		leaveForSignIn();
	else if (!reply.success)
		$("body").append(make("p", {class: "narrow", role: "alert"}, reply.message));
	return reply.success ? welcome(reply.data) : new Promise(() => { /* the page ends here */ });
}

function welcome(me) {
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
