/* Reads the header Prefer. It does not know what a preference means. */
#include "http/prefer.h"

/* Takes what stands before the separator off the text; none separates within quotes. */
static struct text prefer_take_part(struct text *rest, char separator)
{
	size_t length = 0;
	bool   quoted = false;

	for (; length < rest->length && (quoted || rest->data[length] != separator); length++)
		if (quoted && rest->data[length] == '\\' && length + 1 < rest->length)
			length++;
		else
			quoted ^= rest->data[length] == '"';
	struct text part = {rest->data, length};

	length += length < rest->length;
	*rest = (struct text){rest->data + length, rest->length - length};
	return text_trim(part);
}

bool prefer_strict(struct text header)
{
	while (header.length) {
		struct text preference = prefer_take_part(&header, ','), value = prefer_take_part(&preference, ';');
		struct text name = prefer_take_part(&value, '=');

		if (!text_equal_ignoring_case(name, TEXT("handling")))
			continue;
		value = text_trim(value);
		return text_equal_ignoring_case(value, TEXT("strict")) || text_equal_ignoring_case(value, TEXT("\"strict\""));
	}
	return false;
}
