/* Passkeys: what the server says and wants in base64url, a browser gives and takes in bytes. */
import {call} from "./api.js";

const ALGORITHMS = [-7, -8, -257]; /* of COSE: ES256, EdDSA, RS256 */

/* A browser has them for names of hosts, and where nobody listens. */
export const passkeysWork = "PublicKeyCredential" in window && !/^[\d.]+$|:/.test(location.hostname);

function bytesOf(text) {
	return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}

function textOf(buffer) {
	const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
	return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/* The server's options, then the person's word to their device, then the server's: the reply, or why there is none. */
async function ceremony(path, ask, answer) {
	const options = await call("POST", `${path}/options`);

	if (!options.success)
		return options;
	try {
		return await call("POST", path, answer(await ask(options.data)));
	} catch (error) {
		const known = error.name === "InvalidStateError";
		return {success: false, message: known ? "This device has one already." : "Your device gave no passkey."};
	}
}

export function createPasskey(name) {
	return ceremony("me/passkeys", (options) => navigator.credentials.create({publicKey: {
		challenge: bytesOf(options.challenge),
		rp: {id: options.rp_id, name: "Stint"},
		user: {id: bytesOf(options.user_handle), name: options.user_name, displayName: options.user_name},
		pubKeyCredParams: ALGORITHMS.map((alg) => ({type: "public-key", alg})),
		excludeCredentials: options.known.map((id) => ({type: "public-key", id: bytesOf(id)})),
		authenticatorSelection: {residentKey: "required", userVerification: "required"},
	}}), ({response}) => ({
		name,
		client_data: textOf(response.clientDataJSON),
		authenticator_data: textOf(response.getAuthenticatorData()),
	}));
}

export function signInByPasskey() {
	return ceremony("session/passkey", (options) => navigator.credentials.get({publicKey: {
		challenge: bytesOf(options.challenge),
		rpId: options.rp_id,
		userVerification: "required",
	}}), ({id, response}) => ({
		credential_id: id,
		user_handle: textOf(response.userHandle),
		client_data: textOf(response.clientDataJSON),
		authenticator_data: textOf(response.authenticatorData),
		signature: textOf(response.signature),
	}));
}
