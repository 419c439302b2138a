// node read_as_strangers.js NODE_MODULES FILE…
// One JSON object per file: what SheetJS and ExcelJS find, sheet → address → value.
const path = require("path");

const [modules, ...files] = process.argv.slice(2);
const sheetjs = require(path.join(modules, "xlsx"));
const exceljs = require(path.join(modules, "exceljs"));

function withSheetJS(file) {
  const book = sheetjs.readFile(file);
  const sheets = {};
  for (const name of book.SheetNames) {
    sheets[name] = {};
    for (const [address, cell] of Object.entries(book.Sheets[name])) {
      if (!address.startsWith("!") && cell.v !== undefined) sheets[name][address] = cell.v;
    }
  }
  return sheets;
}

async function withExcelJS(file) {
  const book = new exceljs.Workbook();
  await book.xlsx.readFile(file);
  const sheets = {};
  book.eachSheet((sheet) => {
    sheets[sheet.name] = {};
    sheet.eachRow((row) => {
      row.eachCell((cell) => {
        if (cell.type === exceljs.ValueType.Merge) return;
        let value = cell.value;
        if (value && typeof value === "object") {
          // cell.value leaves out a result of 0; cell.result does not
          if ("formula" in value || "sharedFormula" in value) value = cell.result;
          else if ("text" in value) value = value.text;
        }
        if (value !== null && value !== undefined) sheets[sheet.name][cell.address] = value;
      });
    });
  });
  return sheets;
}

(async () => {
  for (const file of files) {
    const found = { SheetJS: withSheetJS(file), ExcelJS: await withExcelJS(file) };
    console.log(JSON.stringify(found));
  }
})();
