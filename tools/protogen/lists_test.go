package main

import "testing"

// TestLists shows how variable arguments that end with a null pointer are written.
func TestLists(t *testing.T) {
	const ends = " __attribute__((__sentinel__));"
	for _, test := range []struct{ name, c, want string }{
		{"g_object_set", "(void *object, const char *first_property_name, ...)" + ends, "(addr object, string first_property_name, pairs(evident))"},
		{"g_object_new", "(long type, const char *first_property_name, ...);", "(long type, string first_property_name, pairs(evident))"},
		{"g_object_get", "(void *object, const char *first_property_name, ...)" + ends, "(addr object, string first_property_name, pairs(addr))"},
		{"XtVaGetValues", "(void *widget, ...)" + ends, "(addr widget, pairs(addr))"},
		{"gst_structure_set", "(void *structure, const char *fieldname, ...)" + ends, "(addr structure, string fieldname, ...)"},
		{"gst_structure_remove_fields", "(void *structure, const char *fieldname, ...)" + ends, "(addr structure, string fieldname, sentinel(string))"},
		{"gtk_dialog_add_buttons", "(void *dialog, const char *first_button_text, ...)" + ends, "(addr dialog, string first_button_text, pairs(int))"},
		{"pipecmd_args", "(void *cmd, ...)" + ends, "(addr cmd, sentinel(string))"},
		{"gst_bin_add_many", "(void *bin, void *element_1, ...)" + ends, "(addr bin, addr element_1, sentinel(addr))"},
		{"sd_journal_send", "(const char *format, ...) __attribute__((__sentinel__, format(printf, 1, 0)));", "(format format, ...)"},
		{"other", "(const char *first_of_many, ...);", "(string first_of_many, ...)"},
	} {
		d := parse("void " + test.name + test.c).functions[test.name]
		w := &writer{unit: &unit{}, manual: &manual{}, sets: map[string]string{}}
		if got, want := must(w.prototype(d, test.name)), "void "+test.name+test.want+";"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
