"""What went wrong, in Indonesian, without anything that the request brought."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from desk.guard import LoginNeeded, Visit
from desk.pages.login import login_form
from desk.rendering import render

TEXTS: Final = {
    400: ("Permintaan tidak dapat dibaca", "Isian formulir tidak lengkap atau rusak. Kembali dan coba lagi."),
    403: ("Tidak diizinkan", "Akun Anda tidak mempunyai peran yang diperlukan untuk tindakan ini."),
    404: ("Halaman tidak ditemukan", "Alamat ini tidak ada, atau bukan milik desk Anda."),
    405: ("Cara ini tidak dikenal", "Halaman ini tidak menerima permintaan seperti itu."),
    413: ("Isian terlalu besar", "Isian formulir terlalu besar."),
    500: ("Terjadi kesalahan", "Kesalahan program; sudah dicatat. Coba lagi, atau beri tahu operator."),
    503: ("Sedang tidak tersedia", "Penyimpanan tidak menjawab. Tidak ada yang hilang; coba lagi sebentar."),
}


def refused(request: Request, error: Exception) -> Response:
    """A deliberate refusal; without a session the login form, which leads back."""
    assert isinstance(error, HTTPException)
    if isinstance(error, LoginNeeded):
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return login_form(_visit(request), 401, onward=path if request.method == "GET" else "")
    return explained(request, error.status_code, error.detail if error.status_code == 404 else "")


def unavailable(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """A store that does not answer."""
    return explained(request, 503)


def broken(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """A bug."""
    return explained(request, 500)


def explained(request: Request, status: int, detail: str = "") -> Response:
    """The page of a status. `detail` is a sentence of ours."""
    title, explanation = TEXTS.get(status, TEXTS[400])
    known = detail if detail.endswith(".") else explanation
    return render(_visit(request), "galat.html", status, title=title, explanation=known)


def _visit(request: Request) -> Visit:
    """Nobody's visit: an error page looks nothing up, so it works where the stores do not."""
    return Visit(request=request, office=request.app.state.office)
