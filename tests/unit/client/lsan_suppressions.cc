// For LeakSanitizer: fontconfig keeps the fonts that cairo asked for until the process ends.

extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name

extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig"; }
