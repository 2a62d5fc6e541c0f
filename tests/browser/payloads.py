"""What a hostile student might put on a page: each would call ``ran('<name>')`` or ask the canary for ``/<name>``.

``@JS@`` stands for code that does both, ``@URL@`` for the canary's address of this payload. Sources: the HTML standard;
https://portswigger.net/web-security/cross-site-scripting/cheat-sheet, https://html5sec.org and, for the mutations,
https://research.securitum.com/mutation-xss-via-mathml-mutation-dompurify-2-0-17-bypass/
"""

from __future__ import annotations

JS = "ran('@NAME@');fetch('@URL@')"
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="

MARKUP: dict[str, str] = {
    "script": "<script>@JS@</script>",
    "script_address": '<script src="@URL@.js"></script>',
    "script_module": '<script type="module">@JS@</script>',
    "script_in_comment": '<!--><img src="x:" onerror="@JS@">-->',
    "image_error": '<img src="x:" onerror="@JS@">',
    "image_address": '<img src="@URL@.png">',
    "image_set": '<img srcset="@URL@.png 1x">',
    "picture": '<picture><source srcset="@URL@.png"><img src="x:"></picture>',
    "image_without_quotes": "<img src=x: onerror=@JS@>",
    "body_load": '<body onload="@JS@">',
    "body_background": '<table background="@URL@.png"><td>x</td></table>',
    "svg_load": '<svg onload="@JS@"></svg>',
    "svg_script": "<svg><script>@JS@</script></svg>",
    "svg_foreign_object": '<svg><foreignObject><img src="x:" onerror="@JS@"></foreignObject></svg>',
    "svg_animation": '<svg><animate onbegin="@JS@" attributeName="x" dur="1s"></svg>',
    "svg_animated_address": '<svg><a><animate attributeName="href" values="javascript:@JS@"/><text y="20">x</text></a></svg>',
    "svg_set": '<svg><set onbegin="@JS@" attributeName="x" to="1"></svg>',
    "svg_image": '<svg><image href="@URL@.png"/></svg>',
    "svg_use": '<svg><use href="@URL@.svg#x"/></svg>',
    "svg_style": '<svg><style>@import url("@URL@.css");</style></svg>',
    "svg_link": '<svg><a xlink:href="javascript:@JS@"><text y="20">x</text></a></svg>',
    "math_link": '<math href="javascript:@JS@"><mi>x</mi></math>',
    "math_action": '<math><maction actiontype="statusline" xlink:href="javascript:@JS@">x</maction></math>',
    "iframe_address": '<iframe src="@URL@.html"></iframe>',
    "iframe_document": "<iframe srcdoc=\"<script>parent.ran('@NAME@')</script>\"></iframe>",
    "iframe_javascript": "<iframe src=\"javascript:parent.ran('@NAME@')\"></iframe>",
    "iframe_data": "<iframe src=\"data:text/html,<script>new Image().src='@URL@'</script>\"></iframe>",
    "object": '<object data="@URL@.html"></object>',
    "embed": '<embed src="@URL@.html">',
    "link_style": '<link rel="stylesheet" href="@URL@.css">',
    "link_prefetch": '<link rel="prefetch" href="@URL@.html">',
    "link_preload": '<link rel="preload" as="image" href="@URL@.png">',
    "link_module": '<link rel="modulepreload" href="@URL@.js">',
    "link_preconnect": '<link rel="preconnect" href="@URL@"><link rel="dns-prefetch" href="@URL@">',
    "style_import": '<style>@import url("@URL@.css");</style>',
    "style_address": '<style>body { background: url("@URL@.png") }</style>',
    "style_font": '<style>@font-face { font-family: f; src: url("@URL@.woff") } i { font-family: f }</style><i>x</i>',
    "style_attribute": '<div style="background: url(@URL@.png)">x</div>',
    "style_cursor": '<p style="list-style: square url(@URL@.png); display: list-item">x</p>',
    "style_expression": '<div style="width: expression(@JS@)">x</div>',
    "style_event": '<style>@keyframes k { }</style><b style="animation: k 1s" onanimationstart="@JS@">x</b>',
    "meta_refresh": '<meta http-equiv="refresh" content="0;url=@URL@.html">',
    "meta_refresh_javascript": '<meta http-equiv="refresh" content="0;url=javascript:@JS@">',
    "meta_policy": "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src *\"><script>@JS@</script>",
    "base_address": '<base href="@URL@/"><img src="x.png">',
    "form_action": '<form action="@URL@.html"><button>x</button></form>',
    "form_button": '<form><button formaction="javascript:@JS@">x</button></form>',
    "input_focus": '<input autofocus onfocus="@JS@">',
    "input_image": '<input type="image" src="@URL@.png">',
    "link_javascript": '<a href="javascript:@JS@">x</a>',
    "link_entities": '<a href="java&#x09;scr&#10;ipt:@JS@">x</a>',
    "link_control": '<a href="&#1;javascript:@JS@">x</a>',
    "link_data": '<a href="data:text/html,<script>@JS@</script>">x</a>',
    "link_vbscript": '<a href="vbscript:@JS@">x</a>',
    "details": '<details open ontoggle="@JS@">x</details>',
    "popover": '<button popovertarget="p">x</button><div popover id="p" onbeforetoggle="@JS@">x</div>',
    "pointer": '<p onmouseover="@JS@" onclick="@JS@" onpointerdown="@JS@">x</p>',
    "marquee": '<marquee onstart="@JS@">x</marquee>',
    "video": '<video><source onerror="@JS@" src="x:"></video>',
    "video_poster": '<video poster="@URL@.png"></video>',
    "audio": '<audio src="@URL@.wav" autoplay></audio>',
    "track": '<video><track default src="@URL@.vtt"></video>',
    "template": '<div><template shadowrootmode="open"><img src="x:" onerror="@JS@"></template></div>',
    "mutation_style": '<svg></p><style><a id="</style><img src=1 onerror=@JS@>">',
    "mutation_title": '<svg></p><title><a id="</title><img src=1 onerror=@JS@>">',
    "mutation_noscript": '<noscript><p title="</noscript><img src=x: onerror=@JS@>">',
    "mutation_textarea": '<textarea><img title="</textarea><img src=x: onerror=@JS@>"></textarea>',
    "mutation_xmp": '<xmp><p title="</xmp><img src=x: onerror=@JS@>"></xmp>',
    "mutation_math": "<form><math><mtext></form><form><mglyph><style></math><img src=1 onerror=@JS@>",
    "mutation_table": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=@JS@&gt;">',
    "mutation_comment": "<p><!--a--!><img src=x: onerror=@JS@>--></p>",
    "mutation_cdata": "<svg><![CDATA[><img src=x: onerror=@JS@>]]></svg>",
    "half_a_tag": '<img src="x:" onerror="@JS@"',
    "null_bytes": '<scr\x00ipt>@JS@</scr\x00ipt><img src="x:" on\x00error="@JS@">',
    "wide_letters": "＜script＞@JS@＜/script＞",
    "clobbering": '<img name="createElement"><a id="ran"></a><form id="document"><input name="body" onfocus="@JS@" autofocus>',
    "markdown_link": "[x](javascript:@JS@)",
    "markdown_link_entities": "[x](java&#115;cript:@JS@)",
    "markdown_link_data": "[x](data:text/html;base64,PHNjcmlwdD5yYW4oMSk8L3NjcmlwdD4=)",
    "markdown_link_title": '[x](#a "\\" onmouseover=\\"@JS@")',
    "markdown_reference": "[x][y]\n\n[y]: javascript:@JS@",
    "markdown_autolink": "<javascript:@JS@>",
    "markdown_image": "![x](@URL@.png)",
    "markdown_image_alt": '![" onerror="@JS@](x:)',
    "markdown_image_reference": "![x][y]\n\n[y]: @URL@.png",
    "markdown_code": '```"><script>@JS@</script>\nx\n```',
    "markdown_formula": "$<script>@JS@</script>$ and $$\\href{javascript:@JS@}{x}$$ and \\(<img src=x: onerror=@JS@>\\)",
    "markdown_heading": '# <img src="x:" onerror="@JS@">',
    "markdown_table": '|a|\n|---|\n|<img src="x:" onerror="@JS@">|',
    "markdown_attachment": "![x](attachment:x.png)",
}  # fmt: skip

_HTML = '<script>@JS@</script><img src="x:" onerror="@JS@"><img src="@URL@.png"><iframe src="@URL@.html"></iframe>'
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="@JS@"><script>@JS@</script><image href="@URL@.png"/></svg>'
OUTPUTS: dict[str, dict[str, str]] = {
    "output_html": {"text/html": _HTML, "text/plain": "x"},
    "output_script": {"application/javascript": "@JS@", "text/javascript": "@JS@"},
    "output_svg": {"image/svg+xml": _SVG, "text/plain": "x"},
    "output_svg_entity": {"image/svg+xml": '<!DOCTYPE svg [<!ENTITY x SYSTEM "@URL@">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'},
    "output_markdown": {"text/markdown": _HTML},
    "output_latex": {"text/latex": f"$$ {_HTML} $$"},
    "output_text": {"text/plain": _HTML},
    "output_png": {"image/png": '" onerror="@JS@'},
    "output_png_signature": {"image/png": _PIXEL + '" onload="@JS@'},
    "output_jpeg": {"image/jpeg": 'x" onerror="@JS@'},
    "output_gif": {"image/gif": 'x" onerror="@JS@'},
    "output_pdf": {"application/pdf": "JVBERi0xLjQ=", "text/html": _HTML},
    "output_json": {"application/json": f'{{"x": "{_PIXEL}"}}', "text/html": _HTML},
    "output_widget": {"application/vnd.jupyter.widget-view+json": '{"model_id": "x"}', "text/html": _HTML},
    "output_plotly": {"application/vnd.plotly.v1+json": "{}", "text/html": _HTML},
    "output_vega": {"application/vnd.vegalite.v5+json": '{"data": {"url": "@URL@"}}', "text/html": _HTML},
    "output_mermaid": {"text/vnd.mermaid": f'graph TD; A["{_HTML}"]'},
    "output_geojson": {"application/geo+json": "{}", "text/html": _HTML},
    "output_of_no_type": {'text/html"><script>@JS@</script>': _HTML, "": _HTML, "text/html;x": _HTML},
}  # fmt: skip
SPOKEN: dict[str, str] = {
    "stdout": "print({markup!r})",
    "stderr": "import sys\nprint({markup!r}, file=sys.stderr)",
    "escapes": "print('\\x1b[31m' + {markup!r} + '\\x1b]8;;javascript:' + {markup!r} + '\\x07link\\x1b]8;;\\x07')",
    "exception": "raise ValueError({markup!r})",
    "exception_name": "raise type({markup!r}, (Exception,), {{}})({markup!r})",
    "answer": "def double(x):\n    raise ValueError({markup!r})",
    "answer_text": "def double(x):\n    return {markup!r}",
    "comment": "# {markup}\ndouble = None",
}
"""Code that says the markup of ``_HTML`` in different ways."""


def filled(text: str, name: str, canary: str) -> str:
    return text.replace("@JS@", JS).replace("@URL@", f"{canary}/{name}").replace("@NAME@", name)


def speech(name: str, canary: str) -> str:
    """A solution cell's code for one of ``SPOKEN``."""
    return SPOKEN[name].format(markup=filled(_HTML, name, canary))


def display(name: str, canary: str) -> str:
    """Code that displays one of ``OUTPUTS``."""
    data = {filled(mime, name, canary): filled(value, name, canary) for mime, value in OUTPUTS[name].items()}
    return f"from IPython.display import display\ndisplay({data!r}, raw=True)"


def as_page(name: str, canary: str) -> str:
    """What one of ``OUTPUTS`` is as a page of its own, put there as it came."""
    parts = []
    for mime, value in OUTPUTS[name].items():
        part = filled(value, name, canary)
        if "javascript" in mime:
            part = f"<script>{part}</script>"
        elif mime in ("image/png", "image/jpeg", "image/gif"):
            part = f'<img src="data:{mime};base64,{part}">'
        parts.append(part)
    return "\n".join(parts)
