process.env['RESNET_ISA'] = 'neon_emulated';
await import('../index.js');
const { emulatedSuite } = await import('../__fixtures__/emulated-suite.js');

emulatedSuite('neon_emulated');
