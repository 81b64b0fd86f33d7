"""QR codes as SVG, for the template to place."""

import io

import segno


def draw_qr(payload: str) -> str:
    """The SVG of a payload, without margin: level M as EPC069-12 wants, and one mask, as trying all takes long."""
    code = segno.make(payload, mode="byte", encoding="utf-8", error="m", boost_error=False, mask=3, micro=False)
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True)
    return drawing.getvalue().decode()
