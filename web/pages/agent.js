/* "Chrome 156 on Linux": what a browser says of itself, for people. Others are shown as they say. */
const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Version", "Safari"]];
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"];

export function nameOfAgent(agent) {
	const [browser, name] = BROWSERS.find(([word]) => agent.includes(`${word}/`)) ?? [];
	const system = SYSTEMS.find((word) => agent.includes(word));

	if (!name)
		return agent || "Unknown";
	return `${name} ${parseInt(agent.split(`${browser}/`)[1], 10)}${system ? ` on ${system}` : ""}`;
}
