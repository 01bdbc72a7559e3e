// What the browser tests ask of a page that is open. Each function returns a list of sentences; none means that all is well.
window.looks = (() => {
  const name = element => {
    const id = element.id ? `#${element.id}` : "";
    const kind = typeof element.className === "string" && element.className ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    const words = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 30);
    return `<${element.localName}${id}${kind}>${words ? ` “${words}”` : ""}`;
  };
  const shown = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true});
  const all = (selector = "body *") => [...document.querySelectorAll(selector)];
  const scrolls = element => {
    for (let around = element; around && around !== document.body; around = around.parentElement)
      if (/auto|scroll/.test(getComputedStyle(around).overflowX)) return true;
    return false;
  };
  // Off the page on purpose (skip links), or cut to a dot for screen readers alone.
  const hidden = element => {
    for (let around = element; around && around !== document.body; around = around.parentElement) {
      const box = around.getBoundingClientRect(), style = getComputedStyle(around);
      if (box.width <= 1 || box.height <= 1 || style.position === "absolute" && (box.right <= 0 || box.bottom <= 0)) return true;
    }
    return false;
  };
  const controls = "a[href],button,input,select,textarea,summary,audio[controls],video[controls],[tabindex]";

  // Nothing wider than the window, whether it scrolls there or is cut off.
  const overflow = () => {
    const wide = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > wide || document.body.scrollWidth > wide)
      found.push(`the page scrolls sideways: ${Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)} in ${wide} px`);
    const out = element => {
      const box = element.getBoundingClientRect();
      return (box.right > wide + 1 || box.left < -1) && box.width && shown(element) && !element.closest("svg") && !scrolls(element) && !hidden(element);
    };
    for (const element of all()) {
      const box = element.getBoundingClientRect();
      // The innermost ones are told: what holds them is as wide because of them.
      if (out(element) && ![...element.children].some(out))
        found.push(`${name(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${wide} px`);
      const style = getComputedStyle(element);
      const cut = (way, inner, outer) => /hidden|clip/.test(way) && inner > outer + 2;
      if (shown(element) && !hidden(element) && element.textContent.trim() && !element.closest("svg")
          && (cut(style.overflowX, element.scrollWidth, element.clientWidth) || cut(style.overflowY, element.scrollHeight, element.clientHeight)))
        found.push(`${name(element)} cuts off what it holds`);
    }
    return found;
  };

  // WCAG 2.5.8 without its exception for spacing: everything but words inside a sentence is at least 24 px on each side.
  // Around words in a line, the box is as high as the font makes it. 1 em is the least: with it, all fonts are asked at once.
  const targets = () => all(controls).filter(element => shown(element) && !hidden(element) && !element.matches("[tabindex='-1']")).flatMap(element => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect(), inline = style.display === "inline";
    const beside = [...(element.parentElement?.childNodes || [])].some(node => node !== element && node.nodeType === 3 && node.data.trim());
    const sentence = inline && (beside || element.closest("p,li,dd,td,th,figcaption,caption,cite,small,h1,h2,h3,h4")?.textContent.trim() !== element.textContent.trim());
    const inked = inline ? [...element.querySelectorAll("img,svg")].map(picture => picture.getBoundingClientRect().height) : [box.height];
    const high = Math.max(...inked, inline && element.textContent.trim() ? parseFloat(style.fontSize) + parseFloat(style.paddingTop) + parseFloat(style.paddingBottom) : 0);
    return sentence || box.width >= 24 && high >= 24 ? [] : [`${name(element)} is ${Math.round(box.width)} × ${Math.round(high)} px`];
  });

  // What moves although the reader asked for stillness.
  const motion = () => {
    const found = document.getAnimations().map(animation => `${name(animation.effect.target)} moves`);
    if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") found.push("the page glides when it scrolls");
    for (const element of all()) for (const part of [null, "::before", "::after"]) {
      const style = getComputedStyle(element, part);
      if (style.transitionDuration.split(",").some(time => parseFloat(time) > 0.01)) found.push(`${name(element)}${part || ""} has a transition`);
    }
    return found;
  };

  // With the reader's own few colours: what is drawn by a ground alone is gone, and no link may have the paper's colour.
  const forced = () => {
    const found = [], body = getComputedStyle(document.body);
    for (const element of all()) {
      if (!shown(element)) continue;
      for (const part of ["::before", "::after", null]) {
        const style = getComputedStyle(element, part);
        const drawn = part ? style.content !== "none" && style.content !== "normal" && /^"\s*"$/.test(style.content)
          : !element.childNodes.length && !["img", "svg", "br", "hr", "input", "iframe", "wbr"].includes(element.localName) && !element.closest("svg");
        if (!drawn || style.display === "none" || hiddenPart(style, element, part)) continue;
        const border = ["Top", "Right", "Bottom", "Left"].some(side => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none");
        const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        const image = style.backgroundImage !== "none" || style.maskImage !== "none";
        if (!border && !outline && !image && style.forcedColorAdjust !== "none") found.push(`${name(element)}${part || ""} is drawn by its ground alone`);
      }
    }
    for (const link of all("a[href]")) {
      const style = getComputedStyle(link);
      if (shown(link) && link.textContent.trim() && style.color === body.backgroundColor) found.push(`${name(link)} has the colour of the paper`);
    }
    return found;
  };
  const hiddenPart = (style, element, part) => part ? !(parseFloat(style.width) > 0 && parseFloat(style.height) > 0) : hidden(element);

  // Everything that the keyboard must reach, in the order of the page: also what shows itself in focus alone.
  const reachable = () => all(controls).filter(element => element.checkVisibility({visibilityProperty: true}) && element.tabIndex >= 0 && !element.disabled && !element.inert);
  // Writes down where the focus goes and whether it can be seen there.
  const watchFocus = () => {
    const order = new Map(reachable().map((element, index) => [element, index]));
    window.visits = [];
    window.focusFaults = [];
    document.addEventListener("focusin", ({target}) => {
      visits.push(order.has(target) ? order.get(target) : -1);
      const style = getComputedStyle(target), box = target.getBoundingClientRect();
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== "rgba(0, 0, 0, 0)";
      if (!outlined) focusFaults.push(`${name(target)} shows no outline in focus`);
      const rects = [...target.getClientRects()];
      if (!rects.some(rect => rect.bottom > 0 && rect.top < innerHeight && rect.right > 0 && rect.left < innerWidth))
        focusFaults.push(`${name(target)} is outside the window in focus`);
      else if (box.height < innerHeight && !rects.some(rect => {
        const at = document.elementFromPoint(Math.min(Math.max(rect.left + rect.width / 2, 1), innerWidth - 1), Math.min(Math.max(rect.top + rect.height / 2, 1), innerHeight - 1));
        return at && (target.contains(at) || at.contains(target));
      })) focusFaults.push(`${name(target)} is covered in focus`);
    });
    if (all("[tabindex]").some(element => element.tabIndex > 0)) focusFaults.push("a tabindex above 0 changes the order");
    return order.size;
  };
  const focusReport = () => {
    // Behind the last stop the way begins again; what follows is not looked at.
    const whole = visits.filter(index => index >= 0), end = whole.indexOf(reachable().length - 1);
    const seen = end < 0 ? whole : whole.slice(0, end + 1), unvisited = reachable().filter((_, index) => !seen.includes(index));
    return [...focusFaults, ...unvisited.map(element => `${name(element)} is never reached`),
      ...seen.some((index, at) => at && index < seen[at - 1]) ? ["the focus goes back and forth"] : []];
  };

  // Words and numbers in display type, navigation and dates that stand on more than one line. A line may end behind a dash
  // that stands between words, not behind one between figures.
  const broken = () => {
    const found = [], display = element => element.closest("h1,h2,h3,h4,th,nav,time,.poster") || /Poster/.test(getComputedStyle(element).fontFamily);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const element = text.parentElement;
      if (!text.data.trim() || element.closest("svg,script,style") || !shown(element) || hidden(element) || !display(element)) continue;
      for (const {0: word, index} of text.data.matchAll(/\d+(?:[.,:\u2060\u2013-]+\d+)+|[\p{L}\p{M}\p{N}\u2019'\u2060]+/gu)) {
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const rows = [...range.getClientRects()].filter(row => row.width > 0.5);
        if (rows.some(row => row.top >= rows[0].bottom - 2 || row.bottom <= rows[0].top + 2)) found.push(`${name(element)} breaks “${word}”`);
      }
    }
    return found;
  };

  const ground = () => getComputedStyle(document.body).backgroundColor;
  const themeColour = scheme => {
    const probe = document.createElement("i");
    probe.style.color = document.querySelector(`meta[name=theme-color][media*=${scheme}]`)?.content;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  return {overflow, broken, targets, motion, forced, watchFocus, focusReport, ground, themeColour};
})();
