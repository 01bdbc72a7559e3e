// Checks of an open page for the browser tests. Each function returns a list of error messages, which is empty if all is well.
window.pageChecks = (() => {
  const describe = element => {
    const id = element.id ? `#${element.id}` : "";
    const classes = typeof element.className === "string" && element.className ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 30);
    return `<${element.localName}${id}${classes}>${text ? ` “${text}”` : ""}`;
  };
  const isVisible = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true});
  const queryAll = (selector = "body *") => [...document.querySelectorAll(selector)];
  const isScrollable = element => {
    for (let ancestor = element; ancestor && ancestor !== document.body; ancestor = ancestor.parentElement)
      if (/auto|scroll/.test(getComputedStyle(ancestor).overflowX)) return true;
    return false;
  };
  // Positioned outside the page (skip links), or visually hidden and meant for screen readers only.
  const isVisuallyHidden = element => {
    for (let ancestor = element; ancestor && ancestor !== document.body; ancestor = ancestor.parentElement) {
      const box = ancestor.getBoundingClientRect(), style = getComputedStyle(ancestor);
      if (box.width <= 1 || box.height <= 1 || style.position === "absolute" && (box.right <= 0 || box.bottom <= 0)) return true;
    }
    return false;
  };
  const controls = "a[href],button,input,select,textarea,summary,audio[controls],video[controls],[tabindex]";

  // Elements that are wider than the window, or whose content is cut off.
  const overflow = () => {
    const pageWidth = document.documentElement.clientWidth, errors = [];
    if (document.documentElement.scrollWidth > pageWidth || document.body.scrollWidth > pageWidth)
      errors.push(`the page scrolls sideways: ${Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)} in ${pageWidth} px`);
    const isOutside = element => {
      const box = element.getBoundingClientRect();
      return (box.right > pageWidth + 1 || box.left < -1) && box.width && isVisible(element) && !element.closest("svg") && !isScrollable(element) && !isVisuallyHidden(element);
    };
    for (const element of queryAll()) {
      const box = element.getBoundingClientRect();
      // Only the innermost elements are reported, because they make their ancestors too wide.
      if (isOutside(element) && ![...element.children].some(isOutside))
        errors.push(`${describe(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${pageWidth} px`);
      const style = getComputedStyle(element);
      const isCut = (overflowValue, inner, outer) => /hidden|clip/.test(overflowValue) && inner > outer + 2;
      if (isVisible(element) && !isVisuallyHidden(element) && element.textContent.trim() && !element.closest("svg")
          && (isCut(style.overflowX, element.scrollWidth, element.clientWidth) || isCut(style.overflowY, element.scrollHeight, element.clientHeight)))
        errors.push(`${describe(element)} cuts off its content`);
    }
    return errors;
  };

  // WCAG 2.5.8 without its exception for spacing: every target except links inside a sentence is at least 24 × 24 px.
  // The box of an inline element is as high as its font makes it; 1 em is the minimum in every font, so this height is checked.
  const targetSizes = () => queryAll(controls).filter(element => isVisible(element) && !isVisuallyHidden(element) && !element.matches("[tabindex='-1']")).flatMap(element => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect(), isInline = style.display === "inline";
    const hasTextBeside = [...(element.parentElement?.childNodes || [])].some(node => node !== element && node.nodeType === 3 && node.data.trim());
    const inSentence = isInline && (hasTextBeside || element.closest("p,li,dd,td,th,figcaption,caption,cite,small,h1,h2,h3,h4")?.textContent.trim() !== element.textContent.trim());
    const heights = isInline ? [...element.querySelectorAll("img,svg")].map(picture => picture.getBoundingClientRect().height) : [box.height];
    const height = Math.max(...heights, isInline && element.textContent.trim() ? parseFloat(style.fontSize) + parseFloat(style.paddingTop) + parseFloat(style.paddingBottom) : 0);
    return inSentence || box.width >= 24 && height >= 24 ? [] : [`${describe(element)} is ${Math.round(box.width)} × ${Math.round(height)} px`];
  });

  // Animations and transitions that ignore prefers-reduced-motion.
  const motion = () => {
    const errors = document.getAnimations().map(animation => `${describe(animation.effect.target)} moves`);
    if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") errors.push("the page scrolls smoothly");
    for (const element of queryAll()) for (const pseudo of [null, "::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      if (style.transitionDuration.split(",").some(time => parseFloat(time) > 0.01)) errors.push(`${describe(element)}${pseudo || ""} has a transition`);
    }
    return errors;
  };

  // In forced-colors mode, shapes drawn only by a background colour disappear; links must differ from the background.
  const forcedColours = () => {
    const errors = [], body = getComputedStyle(document.body);
    for (const element of queryAll()) {
      if (!isVisible(element)) continue;
      for (const pseudo of ["::before", "::after", null]) {
        const style = getComputedStyle(element, pseudo);
        const isShape = pseudo ? style.content !== "none" && style.content !== "normal" && /^"\s*"$/.test(style.content)
          : !element.childNodes.length && !["img", "svg", "br", "hr", "input", "iframe", "wbr"].includes(element.localName) && !element.closest("svg");
        if (!isShape || style.display === "none" || isEmptyBox(style, element, pseudo)) continue;
        const border = ["Top", "Right", "Bottom", "Left"].some(side => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none");
        const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        const image = style.backgroundImage !== "none" || style.maskImage !== "none";
        if (!border && !outline && !image && style.forcedColorAdjust !== "none") errors.push(`${describe(element)}${pseudo || ""} is drawn by its background only`);
      }
    }
    for (const link of queryAll("a[href]")) {
      const style = getComputedStyle(link);
      if (isVisible(link) && link.textContent.trim() && style.color === body.backgroundColor) errors.push(`${describe(link)} has the colour of the background`);
    }
    return errors;
  };
  const isEmptyBox = (style, element, pseudo) => pseudo ? !(parseFloat(style.width) > 0 && parseFloat(style.height) > 0) : isVisuallyHidden(element);

  // All elements that the Tab key must reach, in document order, including those that are visible only in focus.
  const tabStops = () => queryAll(controls).filter(element => element.checkVisibility({visibilityProperty: true}) && element.tabIndex >= 0 && !element.disabled && !element.inert);
  // Records each focused element and whether it is visible. Returns the number of tab stops.
  const recordFocus = () => {
    const order = new Map(tabStops().map((element, index) => [element, index]));
    window.focusOrder = [];
    window.focusErrors = [];
    document.addEventListener("focusin", ({target}) => {
      focusOrder.push(order.has(target) ? order.get(target) : -1);
      const style = getComputedStyle(target), box = target.getBoundingClientRect();
      const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== "rgba(0, 0, 0, 0)";
      if (!hasOutline) focusErrors.push(`${describe(target)} shows no outline in focus`);
      const rects = [...target.getClientRects()];
      if (!rects.some(rect => rect.bottom > 0 && rect.top < innerHeight && rect.right > 0 && rect.left < innerWidth))
        focusErrors.push(`${describe(target)} is outside the window in focus`);
      else if (box.height < innerHeight && !rects.some(rect => {
        const topmost = document.elementFromPoint(Math.min(Math.max(rect.left + rect.width / 2, 1), innerWidth - 1), Math.min(Math.max(rect.top + rect.height / 2, 1), innerHeight - 1));
        return topmost && (target.contains(topmost) || topmost.contains(target));
      })) focusErrors.push(`${describe(target)} is covered in focus`);
    });
    if (queryAll("[tabindex]").some(element => element.tabIndex > 0)) focusErrors.push("a tabindex above 0 changes the order");
    return order.size;
  };
  const focusReport = () => {
    // After the last tab stop the focus returns to the start of the page; what follows is ignored.
    const indexes = focusOrder.filter(index => index >= 0), last = indexes.indexOf(tabStops().length - 1);
    const visited = last < 0 ? indexes : indexes.slice(0, last + 1), unvisited = tabStops().filter((_, index) => !visited.includes(index));
    return [...focusErrors, ...unvisited.map(element => `${describe(element)} is never reached`),
      ...visited.some((index, position) => position && index < visited[position - 1]) ? ["the focus goes back and forth"] : []];
  };

  // Words and numbers in display type, navigation and dates that are broken across lines. A line may end after a dash
  // between words, but not after one between digits.
  const wordBreaks = () => {
    const errors = [], isDisplay = element => element.closest("h1,h2,h3,h4,th,nav,time,.poster") || /Poster/.test(getComputedStyle(element).fontFamily);
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("svg,script,style") || !isVisible(element) || isVisuallyHidden(element) || !isDisplay(element)) continue;
      for (const {0: word, index} of node.data.matchAll(/\d+(?:[.,:\u2060\u2013-]+\d+)+|[\p{L}\p{M}\p{N}\u2019'\u2060]+/gu)) {
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const rects = [...range.getClientRects()].filter(rect => rect.width > 0.5);
        if (rects.some(rect => rect.top >= rects[0].bottom - 2 || rect.bottom <= rects[0].top + 2)) errors.push(`${describe(element)} breaks “${word}”`);
      }
    }
    return errors;
  };

  const backgroundColour = () => getComputedStyle(document.body).backgroundColor;
  // The theme-color of the page for a colour scheme, in the notation of computed styles.
  const themeColour = scheme => {
    const probe = document.createElement("i");
    probe.style.color = document.querySelector(`meta[name=theme-color][media*=${scheme}]`)?.content;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  return {overflow, wordBreaks, targetSizes, motion, forcedColours, recordFocus, focusReport, backgroundColour, themeColour};
})();
