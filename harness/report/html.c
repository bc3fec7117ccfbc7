// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * html.c - writing HTML: escaped text, numbers, embedded figures.
 *
 * Role:       see html.h.
 * Invariants: see html.h.
 * Locks:      none.
 * Units:      see html.h.
 * Source:     none.
 */
#include "config.h"

#include "html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void al_html_text(FILE *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			if ((unsigned char)*text >= ' ' && *text != 0x7f)
				putc(*text, out);
			else
				fputs("\xef\xbf\xbd", out);
		}
}

static int digits_of(double x)
{
	x = fabs(x);
	return x < 0.0995 ? 3 : x < 9.95 ? 2 : x < 99.5 ? 1 : 0;
}

void al_html_ratio(FILE *out, double ratio, struct al_interval ci)
{
	int d = digits_of(ratio);

	fprintf(out, "<b>%.*f</b>", d, ratio);
	if (!isnan(ci.low))
		fprintf(out, "<small>%.*f to %.*f</small>", d, ci.low, d,
			ci.high);
}

void al_html_number(FILE *out, double x)
{
	if (isnan(x))
		return;
	if (fabs(x) >= 1e4 && fabs(x) < 1e15)
		fprintf(out, "%.0f", x);
	else
		fprintf(out, "%.4g", x);
}

void al_html_bytes(FILE *out, double x)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	size_t unit = 0;

	if (isnan(x))
		return;
	x /= 1024;
	while (fabs(x) >= 1000 && unit < 3) {
		x /= 1024;
		unit++;
	}
	fprintf(out, "%.*f&nbsp;%s", digits_of(x) > 2 ? 2 : digits_of(x), x,
		units[unit]);
}

/* Colours: blue is less, orange is more, red is trouble; each with words. */
static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1b1b1b;--soft:#5c5c5c;"
	"--line:#d9d9d9;--card:#f5f5f3;--less:0,114,178;--more:230,159,0;"
	"--bad:#a03000}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#161616;--fg:#e6e6e6;"
	"--soft:#a8a8a8;--line:#3a3a3a;--card:#202020;--less:86,180,233;"
	"--bad:#ff9466}}\n"
	"body{margin:0 auto;padding:1.5rem;max-width:76rem;background:"
	"var(--bg);color:var(--fg);font:16px/1.5 system-ui,Helvetica,Arial,"
	"sans-serif}\n"
	"h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2.2rem 0 .4rem;"
	"border-bottom:1px solid var(--line)}\n"
	"p{max-width:46rem}.soft,figcaption{color:var(--soft);font-size:.9rem}\n"
	".wide{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem;"
	"font-variant-numeric:tabular-nums;margin:.6rem 0}\n"
	"th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);"
	"text-align:right;vertical-align:top}\n"
	"th:first-child,td:first-child,.l{text-align:left}thead th{vertical-"
	"align:bottom;border-bottom:2px solid var(--line)}\n"
	"td small{display:block;color:var(--soft);font-size:.75rem;"
	"white-space:nowrap}td small.v{font-style:italic}\n"
	".bad{color:var(--bad)}.box{background:var(--card);border-left:4px "
	"solid var(--bad);padding:.5rem 1rem;margin:1rem 0}.box h2{margin-top:"
	"0}\n"
	"figure{margin:1rem 0}figure svg{width:100%;max-width:56rem;height:auto;background:"
	"#fff;border:1px solid var(--line);border-radius:4px}\n"
	"code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}pre{"
	"background:var(--card);padding:.7rem 1rem;overflow-x:auto;"
	"white-space:pre-wrap;overflow-wrap:anywhere}\n"
	"details{margin:.6rem 0}summary{cursor:pointer}dl{display:grid;"
	"grid-template-columns:max-content 1fr;gap:.1rem 1rem;font-size:.9rem}"
	"dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\n"
	"@media print{body{max-width:none;padding:0;font-size:10pt}h2{break-"
	"after:avoid}figure,tr{break-inside:avoid}.wide{overflow:visible}}\n";

void al_html_begin(FILE *out, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; style-src 'unsafe-inline'\">\n<title>",
	      out);
	al_html_text(out, title);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
}

void al_html_end(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t used = 0, room = 0, n;

	if (!f)
		return NULL;
	do {
		if (used + 65536 > room) {
			char *more = realloc(text, room = 2 * room + 65537);

			if (!more) {
				free(text);
				fclose(f);
				return NULL;
			}
			text = more;
		}
		n = fread(text + used, 1, room - used - 1, f);
		used += n;
	} while (n);
	text[used] = '\0';
	fclose(f);
	return text;
}

static bool acts(const char *svg)
{
	return strcasestr(svg, "<script") ||
	       strcasestr(svg, "<foreignobject") ||
	       strcasestr(svg, "javascript:");
}

bool al_html_svg(FILE *out, const char *path, const char *prefix)
{
	/* Where gnuplot defines an id, and where it points to one. */
	static const char *const before[] = { " id='", " id=\"", "href='#",
					      "href=\"#", "url(#" };
	char *text = read_file(path);
	const char *p = text ? strstr(text, "<svg") : NULL;

	if (!p || acts(p)) {
		free(text);
		return false;
	}
	while (*p) {
		size_t n = 0;

		for (size_t i = 0; !n && i < sizeof(before) / sizeof(before[0]);
		     i++)
			if (!strncmp(p, before[i], strlen(before[i])))
				n = strlen(before[i]);
		fwrite(p, 1, n ? n : 1, out);
		if (n)
			fprintf(out, "%s-", prefix);
		p += n ? n : 1;
	}
	free(text);
	return true;
}
