/* Before anything is shown: whether scripts run, and the theme that was chosen. */
"use strict";
document.documentElement.classList.add("scripted");
try {
	const theme = localStorage.getItem("stint-theme");
	if (theme)
		document.documentElement.dataset.theme = theme;
} catch { /* a browser that keeps nothing */ }
