// Calls into the C++ library whose mangled names do not say what they return.
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

struct Box {
	int v;
	__attribute__((noinline)) int get(int) { return v; }
	__attribute__((noinline)) const char *get(int) const { return "const"; }
	__attribute__((noinline)) double get(double d) { return d * 2; }
	__attribute__((noinline)) void set(int x) { v = x; }
	static __attribute__((noinline)) bool odd(long n) { return n & 1; }
};

int main()
{
	std::string s = "alpha";

	s.resize(3);
	s.insert(0, "beta");
	std::ostringstream out;
	out << s << 42;
	std::cout << out.str() << s.compare("beta") << std::endl;
	std::cout << std::filesystem::path("/usr/lib/x").parent_path().c_str() << "\n";
	try {
		throw std::runtime_error("boom");
	} catch (const std::exception &e) {
		std::cout << e.what() << "\n";
	}
	Box b{3};
	const Box &c = b;
	b.set(7);
	std::cout << b.get(1) << c.get(1) << b.get(1.5) << Box::odd(4) << "\n";
	return 0;
}
