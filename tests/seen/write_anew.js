// node write_anew.js NODE_MODULES LIBRARY FORMAT FOLDER FILE…
// Every file, read and written again in this format by SheetJS or ExcelJS.
const path = require("path");

const [modules, library, format, folder, ...files] = process.argv.slice(2);
const suffix = { biff8: "xls" }[format] || format;
const named = (file) => path.join(folder, `${path.parse(file).name}.${suffix}`);

async function main() {
  for (const file of files) {
    try {
      if (library === "SheetJS") {
        const sheetjs = require(path.join(modules, "xlsx"));
        const book = sheetjs.readFile(file, { cellNF: true, cellStyles: true });
        sheetjs.writeFile(book, named(file), { bookType: format });
      } else {
        const exceljs = require(path.join(modules, "exceljs"));
        const book = new exceljs.Workbook();
        await book.xlsx.readFile(file);
        await book.xlsx.writeFile(named(file));
      }
    } catch (error) {
      console.error(file, String(error));
    }
  }
}

main();
