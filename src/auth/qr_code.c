/* libqrencode makes the code; only its modules leave this file. */
#include "auth/qr_code.h"

#include <qrencode.h>

static enum error copy_modules(struct arena *arena, const QRcode *code, struct text *rows)
{
	size_t               width = (size_t)code->width;
	const unsigned char *module = code->data;

	for (size_t row = 0; row < width; row++) {
		char *modules = arena_alloc(arena, width + 1);

		if (!modules)
			return ERROR_NO_MEMORY;
		for (size_t i = 0; i < width; i++)
			modules[i] = *module++ & 1 ? '1' : '0';
		rows[row] = (struct text){modules, width};
	}
	return ERROR_NONE;
}

enum error qr_code(struct arena *arena, struct text text, struct text **ret_rows, size_t *ret_count)
{
	QRcode      *code = QRcode_encodeData((int)text.length, (const unsigned char *)text.data, 0, QR_ECLEVEL_M);
	struct text *rows = code ? arena_alloc_array(arena, (size_t)code->width, sizeof(*rows)) : NULL;
	enum error   error = rows ? copy_modules(arena, code, rows) : ERROR_NO_MEMORY;

	if (!error) {
		*ret_rows = rows;
		*ret_count = (size_t)code->width;
	}
	QRcode_free(code);
	return error;
}
