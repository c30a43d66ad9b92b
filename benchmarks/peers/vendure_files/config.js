// Vendure as its documents set it up for production: indexed search, queue in the database, bearer sessions.
const { DefaultJobQueuePlugin, DefaultLogger, DefaultSearchPlugin, LogLevel, dummyPaymentHandler } = require('@vendure/core');
const { AssetServerPlugin } = require('@vendure/asset-server-plugin');

exports.config = {
  apiOptions: { hostname: '127.0.0.1', port: +process.env.PORT, shopApiPath: 'shop-api', adminApiPath: 'admin-api' },
  authOptions: { tokenMethod: ['bearer'], superadminCredentials: { identifier: 'superadmin', password: 'bench-only-1' } },
  dbConnectionOptions: {
    type: 'postgres', url: process.env.DATABASE_URL, synchronize: !!process.env.SEED, logging: false,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  plugins: [
    AssetServerPlugin.init({ route: 'assets', assetUploadDir: `${__dirname}/assets` }),
    DefaultJobQueuePlugin.init({}),
    DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
  ],
};
