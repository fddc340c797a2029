/* Addresses of mail. libidn2 knows what Unicode says about domains. */
#include "base/mailbox.h"

#include <idn2.h>

#define ADDRESS_BYTES_MAX 254
#define LOCAL_BYTES_MAX   64

/* Characters that would let an address say more in a mail's header than one address. */
static bool mailbox_is_plain(struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.data[i];
		if (c <= ' ' || c == 0x7f || strchr("()<>[],;:\\\"@", c))
			return false;
	}
	return text.length > 0;
}

/* A name with a dot between labels, or this machine. */
static bool mailbox_is_domain(struct text domain)
{
	size_t dots = 0, label = 0;

	for (size_t i = 0; i < domain.length; i++) {
		if (domain.data[i] != '.') {
			label++;
		} else if (label == 0) {
			return false;
		} else {
			dots++;
			label = 0;
		}
	}
	return (dots > 0 && label > 0) || text_equal(domain, TEXT("localhost"));
}

/* Labels of other alphabets as DNS has them (xn--…); those of ASCII are that already. */
static struct text mailbox_domain(struct arena *arena, struct text domain)
{
	struct text lower = text_lower(arena, domain); /* ends with a NUL, as libidn2 wants it */
	uint8_t    *ascii = NULL;

	if (!lower.data || text_is_ascii(lower))
		return lower;
	int result = idn2_lookup_u8((const uint8_t *)lower.data, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (result == IDN2_MALLOC)
		arena->exhausted = true; /* else an address would be none because memory was short */
	if (result != IDN2_OK)
		return NO_TEXT;
	lower = text_copy(arena, text_of((const char *)ascii));
	idn2_free(ascii);
	return lower;
}

struct text mailbox_of(struct arena *arena, struct text address)
{
	const char *at = address.length ? memchr(address.data, '@', address.length) : NULL;

	if (!at || address.length > ADDRESS_BYTES_MAX || !text_is_utf8(address) || !text_is_visible(address))
		return NO_TEXT;
	struct text local = {address.data, (size_t)(at - address.data)};
	struct text domain = {at + 1, address.length - local.length - 1};
	if (local.length > LOCAL_BYTES_MAX || !mailbox_is_plain(local) || !mailbox_is_plain(domain))
		return NO_TEXT;
	local = text_fold(arena, local);
	domain = mailbox_domain(arena, domain);
	/* Checked again, because folding makes plain characters out of some that only look like them. */
	if (!mailbox_is_plain(local) || !mailbox_is_plain(domain) || !mailbox_is_domain(domain))
		return NO_TEXT;
	return text_format(arena, "%s@%s", local.data, domain.data);
}
