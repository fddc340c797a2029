/* What the scopes mean, in words. */
const MEANINGS = {
	read: "see all that you may see",
	write: "change projects, tasks and time, as you may",
	admin: "change members, settings and webhooks, as you may",
};

export function meaningOf(scope) {
	return MEANINGS[scope] ?? scope;
}
