/* Addresses and the mailboxes that they are (base/mailbox.h). */
#include "base/mailbox.h"

#include "fixture.h"

static const struct {
	const char *address, *mailbox; /* NULL: no address */
} rows[] = {
	{"anna@example.com", "anna@example.com"},
	{"Anna@Example.COM", "anna@example.com"},
	{"anna.b+tag@mail.example.co.uk", "anna.b+tag@mail.example.co.uk"},
	{"root@localhost", "root@localhost"},
	{"root@LOCALHOST", "root@localhost"},
	{"a..b@example.com", "a..b@example.com"},
	{"o'neil@example.com", "o'neil@example.com"},
	{"a@foo_bar.com", "a@foo_bar.com"},
	{"a@r3---x.example", "a@r3---x.example"},
	{"x@m\u00fcller.example", "x@xn--mller-kva.example"},
	{"x@M\u00dcLLER.example", "x@xn--mller-kva.example"},
	{"x@mu\u0308ller.example", "x@xn--mller-kva.example"},
	{"x@xn--mller-kva.example", "x@xn--mller-kva.example"},
	{"x@XN--MLLER-KVA.example", "x@xn--mller-kva.example"},
	{"x@stra\u00dfe.example", "x@xn--strae-oqa.example"},
	{"x@\uff45xample\u3002com", "x@example.com"},
	{"\u00c9va@x.com", "\u00e9va@x.com"},
	{"\u00e9va@x.com", "\u00e9va@x.com"},
	{"E\u0301va@x.com", "\u00e9va@x.com"},
	{"stra\u00dfe@x.com", "strasse@x.com"},
	{"\uff41nna@x.com", "anna@x.com"},
	{"", NULL},
	{"anna", NULL},
	{"@example.com", NULL},
	{"anna@", NULL},
	{"anna@example", NULL},
	{"anna@.com", NULL},
	{"anna@example.", NULL},
	{"anna@example..com", NULL},
	{"anna@b@example.com", NULL},
	{"an na@example.com", NULL},
	{" anna@example.com", NULL},
	{"anna@example.com\n", NULL},
	{"anna@example.com\x7f", NULL},
	{"a@b.c,d@e.f", NULL},
	{"a,d@e.f", NULL},
	{"<a@b.c>", NULL},
	{"\"a\"@b.c", NULL},
	{"a@[127.0.0.1]", NULL},
	{"kim@example.com\u200b", NULL},
	{"k\u200bim@example.com", NULL},
	{"k\u00adim@example.com", NULL},
	{"kim\u202e@example.com", NULL},
	{"kim\u2028@example.com", NULL},
	{"kim\xc2\x85@example.com", NULL},
	{"kim\u00a0@example.com", NULL},
	{"kim\u3164@example.com", NULL},
	{"kim\ufe0f@example.com", NULL},
	{"kim@exam\u200bple.com", NULL},
	{"kim@exam\ufe0fple.com", NULL},
	{"kim\u0378@example.com", NULL}, /* not assigned */
	{"kim\ue000@example.com", NULL}, /* for private use */
	{"a\uff20b@example.com", NULL},  /* folds to a second @ */
	{"a\uff08b@example.com", NULL},  /* folds to a parenthesis */
	{"a\u00a8@example.com", NULL},   /* folds to a space and a mark */
	{"a@b\uff0cc.example", NULL},
};

static void an_address_is_one_mailbox_however_it_is_spelled(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text mailbox = mailbox_of(*state, text_of(rows[i].address));
		if (!text_equal(mailbox, text_of(rows[i].mailbox)))
			fail_msg("row %zu: %s gives %s", i, rows[i].address, mailbox.data ? mailbox.data : "none");
		if (mailbox.data)
			assert_text_equal(mailbox_of(*state, mailbox), mailbox.data);
	}
	assert_null(mailbox_of(*state, NO_TEXT).data);
	assert_null(mailbox_of(*state, (struct text){"a\0b@c.de", 8}).data);
	assert_null(mailbox_of(*state, TEXT("a\xff@c.de")).data);
}

static void parts_are_bounded(void **state)
{
	static const struct {
		int  local, domain; /* bytes */
		bool plausible;
	} lengths[] = {{64, 189, true}, {65, 20, false}, {64, 190, false}, {1, 252, true}, {1, 253, false}};

	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct text text = text_format(*state, "%0*d@%0*d.example", lengths[i].local, 0, lengths[i].domain - 8, 0);
		assert_int_equal(mailbox_of(*state, text).data != NULL, lengths[i].plausible);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_arena(an_address_is_one_mailbox_however_it_is_spelled),
		test_with_arena(parts_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
