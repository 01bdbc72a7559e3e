(() => {
  const status = document.querySelector("[data-said]"), canonical = document.querySelector("link[rel=canonical]");
  if (!status) return;
  const page = canonical ? canonical.href : location.href.split("#")[0];
  // Emptied first, so that the same words are spoken again.
  const say = words => (status.textContent = "", setTimeout(() => status.textContent = words, 50));
  const show = (buttons, able) => document.querySelectorAll(buttons).forEach(button => button.hidden = !able);
  show("[data-share]", navigator.share);
  show("button[data-copy]", navigator.clipboard);
  document.addEventListener("click", async ({target}) => {
    const from = target.closest("[data-share],[data-copy]");
    if (!from) return;
    if ("share" in from.dataset) return navigator.share({title: document.title, url: page}).catch(() => {});
    try {
      await navigator.clipboard.writeText(page + (from.hash || ""));
      say(status.dataset.said);
    } catch {
      say(status.dataset.unsaid || "");
    }
  });
})();
