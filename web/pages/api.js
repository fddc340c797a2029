/* The way to the server. A session's cookie goes with each request by itself; what proves that a request comes from a
 * page of ours is kept here, and nowhere else. */
import {askPassword} from "./dialog.js";
import {remember} from "./dom.js";

/* Where the server is: a proxy may have put it below another path. */
export const root = new URL("../", import.meta.url);

let csrfToken = null, email = "";

async function ask(method, path, body) {
	const headers = {};

	if (body !== undefined)
		headers["Content-Type"] = "application/json";
	if (csrfToken && method !== "GET")
		headers["X-CSRF-Token"] = csrfToken;
	try {
		const response = await fetch(new URL(`api/v2/${path}`, root), {method, headers, body: JSON.stringify(body)});
		const reply = await response.json();
		csrfToken = reply.data?.csrf_token ?? csrfToken;
		email = path === "me" && reply.data ? reply.data.email : email;
		return {...reply, isRefusal: response.status === 401 || response.status === 403};
	} catch {
		return {success: false, error: "unreachable", message: "The server could not be reached. Try again."};
	}
}

const givePassword = (password) => ask("POST", "session/password", {password});

/* The reply's envelope. Where the server wants to know the password again, it is asked for, and the request repeated. */
export async function call(method, path, body) {
	const reply = await ask(method, path, body);

	if (reply.error === "password_needed" && await askPassword(email, givePassword))
		return ask(method, path, body);
	if (csrfToken && ["unauthenticated", "token_expired"].includes(reply.error))
		leaveForSignIn();
	return reply;
}

/* For a request that is made without call(). */
export async function csrf() {
	if (!csrfToken)
		await ask("GET", "me");
	return csrfToken;
}

/* Whether there is a session, as far as this browser knows: its cookie cannot be read. */
export const seemsSignedIn = () => Boolean(remember("localStorage", "stint-session"));

export function noteSession(isThere) {
	remember("localStorage", "stint-session", isThere ? "yes" : "");
}

export function leaveForSignIn() {
	location.replace(new URL(`sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, root));
}

/* Where `next` leads, if that is here: an address in a link may come from anybody. */
export function ownAddress(next) {
	try {
		const address = new URL(next, root);
		return address.origin === root.origin && address.pathname.startsWith(root.pathname) ? address : null;
	} catch {
		return null;
	}
}

/* The secret that ends the address of this page. */
export function secretOfAddress() {
	return location.pathname.split("/").at(-1);
}
