"""One page with every part in every state, and a small application that serves it. The people on it are invented."""

# ruff: noqa: E501 - a record of one part is read in one line

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from audit.render import html
from audit.web import assets
from audit.web import form_parts as forms
from audit.web import parts as p
from audit.web.guarding import SafeHeaders

LONG_NAME = "Raden Ayu Kusumaningtyas Wirjosoedarmoatmodjo-Hadikoesoemoningrat, S.Tr.Keb., Bdn."
REFUSAL = "Kertas kerja masih kurang 6 isian wajib."
_TEMPLATE = Path(__file__).with_suffix(".html")


@dataclass(frozen=True, slots=True)
class Catalogue:
    shell: p.Shell
    head: p.PageHead
    tabs: tuple[p.Tab, ...]
    alerts: tuple[p.Alert, ...]
    stats: tuple[p.Stat, ...]
    tasks: tuple[p.Task, ...]
    filter: forms.Filter
    table: p.Table
    empty_table: p.Table
    chart: p.Chart
    buttons: tuple[p.Button, ...]
    card_buttons: tuple[p.Button, ...]
    form: forms.FormView
    comparison: forms.Comparison
    confirm: forms.Confirm
    stages: tuple[p.Stage, ...]
    facts: tuple[p.Fact, ...]
    progress: tuple[p.Progress, ...]
    events: tuple[p.Event, ...]
    badges: tuple[p.Badge, ...]


def catalogue_app(*, is_demo: bool = True) -> Starlette:
    """The page at "/", what it needs below /static/, and "/simpan" that takes every form."""
    drawn = html.environment().from_string(_TEMPLATE.read_text(encoding="utf-8"))

    def page(_request: Request) -> Response:
        return HTMLResponse(drawn.render(page=catalogue(is_demo=is_demo)))

    async def taken(request: Request) -> Response:
        sent = await request.form()
        if request.headers.get("hx-request"):
            kept = request.headers.get("x-csrf-token") == "token-rekaan"
            return HTMLResponse("Tersimpan pukul 10.42" if kept else "Token tidak ikut", status_code=200 if kept else 403)
        return HTMLResponse(f"<!DOCTYPE html><title>Terkirim</title><p id=isi>{len(sent)} isian diterima</p>")

    routes = [
        Route("/", page),
        Route("/simpan", taken, methods=["POST"]),
        Route("/static/{name}", assets.asset),
        Route("/{other:path}", lambda _request: RedirectResponse("/"), methods=["GET", "POST"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(SafeHeaders), Middleware(GZipMiddleware, minimum_size=500)])


def catalogue(*, is_demo: bool = True) -> Catalogue:
    """Every part in every state."""
    return Catalogue(
        shell=_shell(is_demo),
        head=p.PageHead(
            "Kasus AKS-3509-2026-2-007",
            lead="Anak di bawah dua tahun, Desa Sumberjati, Kecamatan Silo. Dipilih pada 3 Agustus 2026.",
            over="Siklus 2026, semester II",
            badges=(p.Badge("Dikaji tim pakar", "info", "stethoscope"), p.Badge("3 hari lagi", "warn", "clock")),
            buttons=(p.Button("Tulis pendapat", "/pendapat", "pencil", "primary"), p.Button("Unduh paket", "/paket", "download")),
        ),
        tabs=(
            p.Tab("Ikhtisar", "/", is_current=True),
            p.Tab("Pengukuran", "/pengukuran", badge="12"),
            p.Tab("Kertas kerja", "/kertas-kerja"),
            p.Tab("RTL", "/rtl", badge="4"),
            p.Tab("Riwayat", "/riwayat"),
        ),
        alerts=(
            p.Alert("Pendapat Anda sudah tercatat pada 12 Agustus 2026.", "good"),
            p.Alert("Pendapat pakar lain baru terlihat sesudah kajian ditutup.", "info"),
            p.Alert(
                "Dua pengukuran perlu diulang sebelum dikaji.",
                "warn",
                heading="Ukur ulang",
                items=("Panjang badan 14 Juli 2026 turun 2,1 cm dari bulan sebelumnya.", "Berat badan 14 Juli 2026 naik 1,9 kg dalam sebulan."),
                button=p.Button("Buka pengukuran", "/pengukuran", "ruler-measure"),
            ),
            p.Alert("Berkas tidak dapat dibaca. Tidak ada yang tercatat.", "bad"),
        ),
        stats=(
            p.Stat("Kasus berjalan", "24", "dari 24 terpilih", "/kasus", "folder"),
            p.Stat("Terlambat", "3", "paling lama 6 hari kerja", "/terlambat", "clock-exclamation", "bad"),
            p.Stat("Kertas kerja lengkap", "18", "6 masih diisi", "", "clipboard-check", "warn"),
            p.Stat("Pendapat masuk", "41", "dari 72", "", "messages", "good"),
        ),
        tasks=(
            p.Task("Tulis pendapat: AKS-3509-2026-2-007", "/a", "Baduta, Desa Sumberjati", p.Badge("3 hari lagi", "warn", "clock"), "stethoscope"),
            p.Task("Lengkapi kertas kerja: AKS-3509-2026-2-011", "/b", "Masih kurang 6 isian wajib", p.Badge("terlambat 2 hari", "bad", "clock-exclamation"), "clipboard-text"),
            p.Task("Pastikan kegiatan: pemberian makanan tambahan lokal selama sembilan puluh hari bagi baduta gizi kurang", "/c", "", None, "checklist"),
        ),
        filter=forms.Filter(
            "/",
            (
                forms.FieldView("cari", "Nomor kasus", "search"),
                forms.FieldView("kecamatan", "Kecamatan", "select", choices=(forms.Choice("35.09.01", "Jombang"), forms.Choice("35.09.30", "Silo", is_chosen=True))),
            ),
            words="Kecamatan Silo: 26 kasus.",
            clear_address="/",
        ),
        table=_table(),
        empty_table=p.Table(
            "Kunjungan",
            (p.Column("Tanggal"),),
            (),
            p.Empty("Belum ada kunjungan", "Rencana kunjungan muncul di sini sesudah penanggung jawab ditunjuk.", "map-pin", p.Button("Tunjuk penanggung jawab", "/tunjuk")),
        ),
        chart=_chart(),
        buttons=(
            p.Button("Kirim kertas kerja", "", "send", "primary", name="langkah", value="kirim", refusals=(REFUSAL, "Tiga di antaranya bagian ahli gizi.")),
            p.Button("Minta data tambahan", "/minta", "message", note="Kasus kembali ke puskesmas."),
            p.Button("Keluarkan dari audit", "/keluarkan", "trash", "danger"),
            p.Button("Undurkan diri", "/undur", tone="quiet"),
        ),
        card_buttons=(p.Button("Buka identitas", "/identitas", "eye"),),
        form=_form(),
        comparison=forms.Comparison(
            "Isian yang sama diubah di dua tempat",
            "Ketikan Anda",
            "Yang sudah tercatat",
            (
                forms.CompareRow("Berat badan", "8,4 kg", "8,1 kg", True, "weight_kg", "left"),
                forms.CompareRow("Panjang badan", "71,5 cm", "71,5 cm", False),
                forms.CompareRow("Catatan", "Ibu sedang di rumah neneknya; diukur di sana.", "", True, "note"),
            ),
            "hari ini 10.42, dari telepon ini",
            "kemarin 15.10, oleh Sulastri",
        ),
        confirm=forms.Confirm(
            "Keluarkan kasus ini dari audit?",
            ("Kasus tidak lagi dikaji dan tidak muncul di daftar kerja siapa pun.", "Sekretariat dapat membukanya kembali selama siklus belum ditutup."),
            forms.FormView(
                "/simpan",
                (),
                (p.Button("Ya, keluarkan", "", "trash", "danger", name="setuju", value="ya"), p.Button("Batal", "/", tone="quiet")),
                csrf="token-rekaan",
                id="keluarkan",
                is_guarded=False,
            ),
            facts=(p.Fact("Alasan", "Pindah ke luar wilayah audit"),),
            tone="bad",
        ),
        stages=(
            p.Stage("Terpilih, kertas kerja diisi", "done", "3–10 Agustus"),
            p.Stage("Paket siap", "done", "11 Agustus"),
            p.Stage("Dikaji tim pakar", "current", "3 hari lagi"),
            p.Stage("Kajian lengkap", "late", "terlambat 2 hari kerja"),
            p.Stage("Rekomendasi disepakati", "ahead"),
            p.Stage("RTL menunggu persetujuan", "ahead"),
            p.Stage("RTL disetujui", "ahead"),
            p.Stage("Tindak lanjut berjalan", "ahead"),
            p.Stage("Dievaluasi", "ahead"),
            p.Stage("Dilanjutkan ke siklus berikut", "ahead"),
            p.Stage("Dikeluarkan dari audit", "out", "tidak dilalui"),
        ),
        facts=(
            p.Fact("Nama anak", "tersembunyi", is_masked=True, note="Buka dengan alasan; tercatat di riwayat."),
            p.Fact("Umur", "16 bulan 4 hari"),
            p.Fact("TB/U", "−3,42 SD", badge=p.Badge("sangat pendek", "bad", "trending-down")),
            p.Fact("Puskesmas", "Sempolan", "/puskesmas"),
            p.Fact("Penanggung jawab", LONG_NAME),
        ),
        progress=(
            p.Progress("Isian keluarga", 12, 12, "12 dari 12", "good"),
            p.Progress("Bagian ahli gizi", 3, 6, "3 dari 6", "warn"),
            p.Progress("Bagian dokter anak", 0, 9, "0 dari 9"),
        ),
        events=(
            p.Event("Pendapat dikirim", "12 Agustus 2026, 09.14", "2026-08-12T02:14:00Z", LONG_NAME, "", "send", "good"),
            p.Event(
                "Identitas dibuka", "11 Agustus 2026, 16.02", "2026-08-11T09:02:00Z", "dr. Bagus Anindito, Sp.A", "Alasan: mencocokkan buku KIA.", "eye", "warn",
                details=(p.Fact("Berlaku sampai", "11 Agustus 2026, 20.02"),),
            ),
            p.Event("Paket dibekukan", "11 Agustus 2026, 07.00", "2026-08-11T00:00:00Z", "Sistem", icon="lock"),
        ),
        badges=(
            p.Badge("biasa"),
            p.Badge("diberitakan", "info", "info-circle"),
            p.Badge("selesai", "good", "circle-check"),
            p.Badge("3 hari lagi", "warn", "clock"),
            p.Badge("terlambat 2 hari", "bad", "clock-exclamation"),
        ),
    )  # fmt: skip


def _shell(is_demo: bool) -> p.Shell:
    return p.Shell(
        "Katalog · AKS",
        office_name="DPPKB Kabupaten Jember",
        person_name="dr. Bagus Anindito, Sp.A",
        role_label="Pakar, dokter anak",
        nav=(
            p.NavItem("Beranda", "/", "home", is_current=True, badge="3", badge_words="menunggu Anda"),
            p.NavItem("Telaah", "/telaah", "stethoscope", badge="12", badge_words="paket"),
            p.NavItem("Kasus", "/kasus", "folder"),
            p.NavItem("Sidang panel", "/sidang", "users"),
            p.NavItem("RTL", "/rtl", "list-check"),
            p.NavItem("Dokumen", "/dokumen", "file-text"),
            p.NavItem("Riwayat", "/riwayat", "history"),
        ),
        crumbs=(p.Crumb("Kasus", "/kasus"), p.Crumb("Semester II 2026", "/siklus")),
        csrf="token-rekaan",
        is_demo=is_demo,
        demo_roles=(p.DemoRole("1", "Sekretariat: Rini Wulandari"), p.DemoRole("2", "Pakar: dr. Bagus Anindito, Sp.A", is_current=True)),
    )


def _table() -> p.Table:
    def row(number: str, village: str, status: p.Badge, left: str, tone: str = "") -> p.Row:
        return p.Row(
            (
                p.Cell(f"AKS-3509-2026-2-{number}", "/kasus"),
                p.Cell(village, note="Kecamatan Silo"),
                p.Cell("", badges=(status,)),
                p.Cell(left),
            ),
            tone,
        )

    return p.Table(
        "Kasus siklus ini",
        (
            p.Column("Nomor", sort_address="/?urut=nomor", sorted="ascending"),
            p.Column("Desa"),
            p.Column("Status"),
            p.Column("Sisa hari", is_number=True, sort_address="/?urut=sisa"),
        ),
        (
            row("007", "Sumberjati", p.Badge("Dikaji tim pakar", "info", "stethoscope"), "3"),
            row("011", "Karangharjo", p.Badge("Terpilih, kertas kerja diisi", "neutral", "clipboard-text"), "−2", "bad"),
            row("019", "Garahan", p.Badge("Rekomendasi disepakati", "good", "circle-check"), "9"),
        ),
        p.Empty("Belum ada kasus"),
        p.Pager("1–3 dari 26 kasus", "", "/?halaman=2", (p.PageLink("1", "/", is_current=True), p.PageLink("2", "/?halaman=2"), p.PageLink("…"), p.PageLink("9", "/?halaman=9"))),
    )  # fmt: skip


def _chart() -> p.Chart:
    values = ((40, 60, "2 bulan: 55,2 cm, −1,2 SD"), (120, 52, "8 bulan: 64,0 cm, −2,4 SD"), (220, 47, "16 bulan: 71,5 cm, −3,4 SD"))
    line = " ".join(f"{x},{y + 40}" for x, y, _ in values)
    marks = "".join(f'<circle cx="{x}" cy="{y + 40}" r="5" fill="#0b5563" data-tip="{tip}"/>' for x, y, tip in values)
    median = '<path d="M20 60 Q140 20 300 10" fill="none" stroke="#75868d" stroke-dasharray="4 3"/>'
    drawing = f'<svg viewBox="0 0 320 130" width="640" height="260" role="img" aria-label="Panjang badan menurut umur">{median}<polyline points="{line}" fill="none" stroke="#0b5563" stroke-width="2"/>{marks}</svg>'
    table = p.Table(
        "Panjang badan menurut umur",
        (p.Column("Umur"), p.Column("Panjang badan", is_number=True), p.Column("TB/U", is_number=True)),
        (
            p.Row((p.Cell("2 bulan"), p.Cell("55,2 cm"), p.Cell("−1,2 SD"))),
            p.Row((p.Cell("16 bulan"), p.Cell("71,5 cm"), p.Cell("−3,4 SD"))),
        ),
        p.Empty("Belum ada pengukuran"),
    )
    return p.Chart("Panjang badan menurut umur", Markup(drawing), "Garis putus-putus: median WHO 2006.", table)


def _form() -> forms.FormView:
    many = tuple(
        forms.Choice(code, label)
        for code, label in (
            ("asi", "ASI saja"),
            ("mpasi", "MP-ASI terlambat"),
            ("diare", "Diare berulang"),
            ("air", "Air minum tidak layak"),
        )
    )
    return forms.FormView(
        "/simpan",
        (
            forms.SectionView(
                "ukur",
                "Pengukuran",
                (
                    forms.FieldView("measured_on", "Tanggal pengukuran", "date", "2026-08-12", is_required=True, help="Hari saat anak diukur, bukan saat dicatat."),
                    forms.FieldView("weight_kg", "Berat badan", "number", "84", unit="kg", is_required=True, problem="Berat badan: 84 di luar batas; yang dapat diterima 1–30 kg."),
                    forms.FieldView("height_cm", "Panjang badan", "number", "71,5", unit="cm", is_required=True, warning="Panjang badan: 71,5 tidak lazim; biasanya 72–90 cm."),
                    forms.FieldView("posture", "Posisi pengukuran", "radio", choices=(forms.Choice("lying", "Terlentang", True), forms.Choice("standing", "Berdiri", help="untuk anak dua tahun ke atas"))),
                    forms.FieldView("oedema", "Bengkak di kedua punggung kaki", "yes_no", is_required=True, choices=(forms.Choice("ya", "Ya"), forms.Choice("tidak", "Tidak")), problem="Bengkak di kedua punggung kaki: wajib diisi."),
                ),
                progress=p.Progress("Isian wajib", 2, 4, "2 dari 4", "warn"),
            ),
            forms.SectionView(
                "sebab",
                "Sebab",
                (
                    forms.FieldView("causes", "Sebab yang tampak", "checkboxes", choices=many, help="Pilih semua yang berlaku."),
                    forms.FieldView("main_cause", "Sebab utama", "select", choices=many),
                    forms.FieldView("reason", "Alasan", "textarea", "Berat badan tidak naik tiga bulan berturut-turut.", longest=4000, has_counter=True, is_required=True),
                    forms.FieldView("short", "Ringkasan satu baris", "text", "Terlalu panjang untuk tempatnya", longest=20, has_counter=True),
                    forms.FieldView("village", "Desa", "text", "Sumberjati", is_readonly=True, help="Dari data sasaran; tidak diubah di sini."),
                    forms.FieldView("proof", "Foto buku KIA", "file", accept="image/*"),
                    forms.FieldView("code", "Kode enam angka", "code", width="short"),
                    forms.FieldView("password", "Kata sandi", "password", autocomplete="current-password"),
                ),
                rows=(
                    forms.FieldRows(
                        "Rekomendasi",
                        (
                            forms.FieldRow("Rekomendasi 1", (forms.FieldView("what-0", "Kegiatan", "textarea", "Makanan tambahan lokal 90 hari", lines=2), forms.FieldView("owner-0", "Penanggung jawab", "select", choices=(forms.Choice("dinkes", "Dinas Kesehatan", True),))), p.Button("Hapus rekomendasi 1", "", "trash", "quiet", "hapus", "0")),
                            forms.FieldRow("Rekomendasi 2", (forms.FieldView("what-1", "Kegiatan", "textarea", lines=2, is_required=True, problem="Kegiatan: wajib diisi."),)),
                        ),
                        p.Button("Tambah rekomendasi", "", "plus", "secondary", "tambah", "rekomendasi"),
                    ),
                ),
            ),
        ),
        (p.Button("Kirim pendapat", "", "send", "primary", "langkah", "kirim", note="Sesudah dikirim tidak dapat diubah."), p.Button("Simpan dulu", "", "device-floppy", name="langkah", value="simpan", skips_checks=True)),
        csrf="token-rekaan",
        hidden=(("versi", "7"),),
        problems=(
            forms.ProblemLine("f-weight_kg", "Berat badan: 84 di luar batas; yang dapat diterima 1–30 kg."),
            forms.ProblemLine("f-oedema", "Bengkak di kedua punggung kaki: wajib diisi."),
            forms.ProblemLine("f-what-1", "Kegiatan pada rekomendasi 2: wajib diisi."),
        ),
        autosave_address="/simpan",
        id="pendapat",
        saved_words="Tersimpan pukul 10.40",
    )  # fmt: skip
