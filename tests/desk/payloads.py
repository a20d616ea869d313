"""Sixty texts that try to become more than text (bar E5): elements, attributes, schemes, encodings, broken nesting."""

from typing import Final

ELEMENTS: Final = (
    "<script>alert(1)</script>", "<SCRIPT SRC=//e.test/x.js></SCRIPT>", "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<math><mtext><script>alert(1)</script></math>",
    "<iframe src=javascript:alert(1)></iframe>", "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>", "<body onload=alert(1)>", "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>", "<audio src=x onerror=alert(1)>", "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>", "<textarea autofocus onfocus=alert(1)>", "<marquee onstart=alert(1)>x",
    "<link rel=stylesheet href=//e.test/x.css>", "<meta http-equiv=refresh content='0;url=//e.test'>",
    "<base href=//e.test/>", "<form action=//e.test><button>Masuk</button></form>", "<style>*{display:none}</style>",
    "<template><script>alert(1)</script></template>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href=javascript:alert(1)>x</a>", "<button formaction=javascript:alert(1)>x</button>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>", "<svg><animate onbegin=alert(1)>",
    "<svg><set attributeName=href to=javascript:alert(1)>", "<keygen autofocus onfocus=alert(1)>",
)  # fmt: skip
BREAKOUTS: Final = (
    '"><script>alert(1)</script>', "'><script>alert(1)</script>", '" onmouseover="alert(1)', "' onfocus='alert(1)' x='",
    "` onclick=alert(1) `", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "</mark><img src=x onerror=alert(1)><mark>", "</a><svg/onload=alert(1)>", "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>", "</script><script>alert(1)</script>", "</style><script>alert(1)</script>",
    "{{ 7 * 7 }}<script>alert(1)</script>", "{% raw %}<script>alert(1)</script>", "{{ ''.__class__.__mro__ }}",
    "${alert(1)}<svg onload=alert(1)>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e", "%3Cscript%3Ealert(1)%3C/script%3E",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "<<script>alert(1)//<</script>", "<script/x>alert(1)</script>",
    "<img\nsrc=x\nonerror\n=\nalert(1)>", "<svg/onload=&#97;lert(1)>", "＜script＞alert(1)＜/script＞",
    "javascript:alert(1)//<b onclick=alert(1)>", "data:text/html,<script>alert(1)</script>",
    "\u202e<script>alert(1)</script>",
)  # fmt: skip
PAYLOADS: Final = ELEMENTS + BREAKOUTS
SCHEMES: Final = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "//e.test/", "blob:x",
    "about:blank",
)  # fmt: skip
