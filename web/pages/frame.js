/* What every page has at its top: the theme. */
import {$, remember} from "./dom.js";

function chooseTheme(theme) {
	if (theme)
		document.documentElement.dataset.theme = theme;
	else
		delete document.documentElement.dataset.theme;
	remember("localStorage", "stint-theme", theme);
}

$("#theme").value = document.documentElement.dataset.theme ?? "";
$("#theme").addEventListener("change", (event) => chooseTheme(event.target.value));
