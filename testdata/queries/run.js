// Runs SQL statements in DuckDB, in the current folder. Standard input is a list of
// statements, standard output a list of their results: columns and rows, all as text.
import { text } from "node:stream/consumers";
import { DuckDBInstance } from "@duckdb/node-api";

const database = await (await DuckDBInstance.create(":memory:")).connect();
const results = [];
for (const statement of JSON.parse(await text(process.stdin))) {
	const result = await database.runAndReadAll(statement);
	const rows = result.getRows().map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
	results.push({ columns: result.columnNames(), rows });
}
console.log(JSON.stringify(results));
