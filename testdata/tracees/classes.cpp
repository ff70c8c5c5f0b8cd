// C++ as people write it: strings, containers, streams, virtual calls, exceptions.
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Shape {
	virtual ~Shape() {}
	virtual std::string name() const = 0;
};

struct Square : Shape {
	std::string name() const override { return "a square with a name too long for the small buffer"; }
};

int main()
{
	std::vector<std::unique_ptr<Shape>> shapes;
	std::map<std::string, int> counts;

	for (int i = 0; i < 3; i++)
		shapes.emplace_back(new Square);
	for (const auto &shape : shapes)
		counts[shape->name()]++;
	for (const auto &entry : counts)
		std::cout << entry.first << ": " << entry.second << std::endl;
	try {
		std::vector<int>().at(3);
	} catch (const std::out_of_range &) {
		std::cout << "out of range" << std::endl;
	}
	return 0;
}
