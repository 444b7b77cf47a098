process.env['RESNET_ISA'] = 'avx512_emulated';
await import('../index.js');
const { emulatedSuite } = await import('../__fixtures__/emulated-suite.js');

emulatedSuite('avx512_emulated');
